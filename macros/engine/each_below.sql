{#- One row for each of 0, 1, … below a number. -#}
{% macro each_below(number) -%}
    {{ return(adapter.dispatch('each_below', 'paidnet')(number)) }}
{%- endmacro %}

{% macro default__each_below(number) -%}
    unnest(range({{ number }}))
{%- endmacro %}
