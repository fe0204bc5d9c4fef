{#-
    revenue_as_known(company, month, known_date), in the warehouse file, for SQL outside dbt: the
    paid-net revenue of a month as the exports told it that had been made by the end of a day.
    Spark's tables have no functions: a release made of them does.
-#}
{% macro create_revenue_as_known(versions) -%}
    {{ return(adapter.dispatch('create_revenue_as_known', 'paidnet')(versions)) }}
{%- endmacro %}

{% macro default__create_revenue_as_known(versions) %}
create or replace macro {{ versions.schema }}.revenue_as_known(company, month, known_date) as (
    select cast(sum(versions.net_revenue_amount) as decimal(18, 2))
    from {{ versions.schema }}.{{ versions.identifier }} as versions
    where versions.company_id = company
        and date_trunc('month', versions.order_date) = date_trunc('month', cast(month as date))
        and cast(versions.known_from as date) <= cast(known_date as date)
        and coalesce(cast(versions.known_to as date) > cast(known_date as date), true)
);
{% endmacro %}

{% macro spark__create_revenue_as_known(versions) %}{% endmacro %}
