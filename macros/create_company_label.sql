{#-
    A function that stays in the warehouse file, beside the table of companies: what people call
    a company. Two of one name are told apart by their ids. The table's columns have names of
    their own: a caller's `company_id` would mean the table's otherwise. Spark's tables have
    none: a release made of them does.
-#}
{% macro create_company_label(companies) -%}
    {{ return(adapter.dispatch('create_company_label', 'paidnet')(companies)) }}
{%- endmacro %}

{% macro default__create_company_label(companies) %}
create or replace macro {{ companies.schema }}.company_label(company) as (
    select
        labelled_name || case
            when same_name_count > 1 then ' (' || labelled_company || ')' else ''
        end
    from (
        select
            company_id as labelled_company,
            company_name as labelled_name,
            count(*) over (partition by company_name) as same_name_count
        from {{ companies.schema }}.{{ companies.identifier }}
    ) as labelled
    where labelled_company = company
);
{% endmacro %}

{% macro spark__create_company_label(companies) %}{% endmacro %}
