{#- Text as a share of 1; null when it is none. -#}
{% macro rate(column) -%}
    try_cast({{ column }} as decimal(9, 6))
{%- endmacro %}
