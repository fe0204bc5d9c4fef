{#- A list of values, given as SQL. -#}
{% macro list_of(values) -%}
    {{ return(adapter.dispatch('list_of', 'paidnet')(values)) }}
{%- endmacro %}

{% macro default__list_of(values) -%}
    [{{ values | join(', ') }}]
{%- endmacro %}

{% macro spark__list_of(values) -%}
    array({{ values | join(', ') }})
{%- endmacro %}
