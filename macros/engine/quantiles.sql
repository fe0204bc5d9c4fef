{#- An aggregate: quantiles of doubles, linear between two, as a list by the levels' order. -#}
{% macro quantiles(value, levels) -%}
    {{ return(adapter.dispatch('quantiles', 'paidnet')(value, levels)) }}
{%- endmacro %}

{% macro default__quantiles(value, levels) -%}
    quantile_cont(cast({{ value }} as double), [{{ levels | join(', ') }}])
{%- endmacro %}

{% macro spark__quantiles(value, levels) -%}
    percentile(cast({{ value }} as double), array({{ levels | join(', ') }}))
{%- endmacro %}
