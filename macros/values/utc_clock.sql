{#- Text with an offset as a UTC timestamp. -#}
{% macro utc_clock(column) -%}
    timezone('UTC', try_cast({{ column }} as timestamptz))
{%- endmacro %}
