{#- Text as a timestamp: UTC when it has an offset, else by the local clock; null when it ends in
    words (DuckDB would read over UTC). -#}
{% macro clock(column) -%}
    case
        when {{ has_offset(column) }} then {{ utc_clock(column) }}
        when right({{ column }}, 1) between '0' and '9' then {{ local_reading(column) }}
    end
{%- endmacro %}
