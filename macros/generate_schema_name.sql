{#- Schemas carry their plain names: an analyst writes `marts.fct_orders`. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
