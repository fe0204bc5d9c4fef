{#-
    Functions that stay in the warehouse file, for SQL outside dbt. The grid's columns have
    names of their own: a caller's `company_id` would mean the grid's otherwise. Spark's tables
    have none: a release made of them does.
-#}
{% macro create_probability_macros(totals) -%}
    {{ return(adapter.dispatch('create_probability_macros', 'paidnet')(totals)) }}
{%- endmacro %}

{% macro default__create_probability_macros(totals) %}
{%- for name, expression in {
    'probability_below': probability_below('grid_quantile', 'grid_amount', 'amount'),
    'probability_below_label': probability_label('grid_quantile', 'grid_amount', 'amount'),
}.items() %}
create or replace macro {{ totals.schema }}.{{ name }}(company, horizon, amount) as (
    select {{ expression }}
    from (
        select
            company_id as grid_company,
            horizon_days as grid_horizon,
            quantile as grid_quantile,
            total_net_revenue_amount as grid_amount
        from {{ totals.schema }}.{{ totals.identifier }}
        where model_name = 'paidnet'
    ) as grid
    where grid_company = company and grid_horizon = horizon
);
{%- endfor %}
{% endmacro %}

{% macro spark__create_probability_macros(totals) %}{% endmacro %}
