{#- Text as an amount of money; null when it is none. -#}
{% macro amount(column) -%}
    {{ decimal_number(column, 18, 2) }}
{%- endmacro %}
