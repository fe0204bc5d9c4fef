{#- Text as a share of 1; null when it is none. -#}
{% macro rate(column) -%}
    {{ decimal_number(column, 9, 6) }}
{%- endmacro %}
