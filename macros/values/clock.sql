{#- Text as a timestamp: UTC when it has an offset, else by the local clock. -#}
{% macro clock(column) -%}
    case
        when {{ has_offset(column) }} then {{ utc_clock(column) }}
        else try_cast({{ column }} as timestamp)
    end
{%- endmacro %}
