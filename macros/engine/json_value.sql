{#- The text of what a JSON object has under a key. -#}
{% macro json_value(document, key) -%}
    {{ return(adapter.dispatch('json_value', 'paidnet')(document, key)) }}
{%- endmacro %}

{% macro default__json_value(document, key) -%}
    json_extract_string({{ document }}, '$.' || {{ key }})
{%- endmacro %}

{% macro spark__json_value(document, key) -%}
    get_json_object({{ document }}, '$.' || {{ key }})
{%- endmacro %}
