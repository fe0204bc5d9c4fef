{#- The text of the column that a row's fields (fields_of.sql) have under a name; null of none. -#}
{% macro field(fields, name) -%}
    {{ return(adapter.dispatch('field', 'paidnet')(fields, name)) }}
{%- endmacro %}

{% macro default__field(fields, name) -%}
    ({{ fields }} ->> ({{ name }}))
{%- endmacro %}

{% macro spark__field(fields, name) -%}
    try_element_at({{ fields }}, {{ name }})
{%- endmacro %}
