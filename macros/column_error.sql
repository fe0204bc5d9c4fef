{#- The reason why a value cannot be used, by what the contract says of its column. -#}
{% macro column_error(rules, column, value) -%}
    {{ value_error(rules.get(column, {}), column, value) }}
{%- endmacro %}
