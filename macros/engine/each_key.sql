{#- One row for each key of a JSON object. -#}
{% macro each_key(document) -%}
    {{ return(adapter.dispatch('each_key', 'paidnet')(document)) }}
{%- endmacro %}

{% macro default__each_key(document) -%}
    unnest(json_keys({{ document }}))
{%- endmacro %}

{% macro spark__each_key(document) -%}
    explode(json_object_keys({{ document }}))
{%- endmacro %}
