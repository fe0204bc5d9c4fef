{#- The element of a list at a place; the first is 1. -#}
{% macro element(values, place) -%}
    {{ return(adapter.dispatch('element', 'paidnet')(values, place)) }}
{%- endmacro %}

{% macro default__element(values, place) -%}
    ({{ values }})[{{ place }}]
{%- endmacro %}

{% macro spark__element(values, place) -%}
    element_at({{ values }}, cast({{ place }} as integer))
{%- endmacro %}
