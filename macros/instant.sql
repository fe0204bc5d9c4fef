{#- Text as a UTC timestamp; text without an offset is read in `time_zone`. For entities of
    moderate size: orders join stg_shop__clock_periods, which is faster by far. -#}
{% macro instant(column, time_zone) -%}
    case
        when {{ has_offset(column) }} then {{ utc_clock(column) }}
        else timezone('UTC', timezone({{ time_zone }}, try_cast({{ column }} as timestamp)))
    end
{%- endmacro %}
