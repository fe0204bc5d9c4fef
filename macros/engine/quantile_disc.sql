{#- The lowest value of a group that at least such a share of them does not exceed. -#}
{% macro quantile_disc(value, share) -%}
    {{ return(adapter.dispatch('quantile_disc', 'paidnet')(value, share)) }}
{%- endmacro %}

{% macro default__quantile_disc(value, share) -%}
    quantile_disc({{ value }}, {{ share }})
{%- endmacro %}

{% macro spark__quantile_disc(value, share) -%}
    percentile_disc({{ share }}) within group (order by {{ value }})
{%- endmacro %}
