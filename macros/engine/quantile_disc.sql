{#- An aggregate: the lowest value of a group that at least such a share of them does not exceed.
    Spark makes a double of it, which the value's own type undoes. -#}
{% macro quantile_disc(value, share, type='decimal(18, 2)') -%}
    {{ return(adapter.dispatch('quantile_disc', 'paidnet')(value, share, type)) }}
{%- endmacro %}

{% macro default__quantile_disc(value, share, type) -%}
    quantile_disc({{ value }}, {{ share }})
{%- endmacro %}

{% macro spark__quantile_disc(value, share, type) -%}
    cast(percentile_disc({{ share }}) within group (order by {{ value }}) as {{ type }})
{%- endmacro %}
