{#- The items of a list of which a condition holds; it calls an item `item`. -#}
{% macro list_where(list, condition) -%}
    {{ return(adapter.dispatch('list_where', 'paidnet')(list, condition)) }}
{%- endmacro %}

{% macro default__list_where(list, condition) -%}
    list_filter({{ list }}, lambda item: {{ condition }})
{%- endmacro %}

{% macro spark__list_where(list, condition) -%}
    filter({{ list }}, item -> {{ condition }})
{%- endmacro %}
