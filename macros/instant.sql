{#- Text as a UTC timestamp; text without an offset is read in `time_zone`. For entities of
    moderate size: orders join base_shop__time_zone_offsets, which is faster by far. -#}
{% macro instant(column, time_zone) -%}
    case
        when {{ has_offset(column) }} then {{ utc_clock(column) }}
        else timezone('UTC', timezone({{ time_zone }}, try_cast({{ column }} as timestamp)))
    end
{%- endmacro %}
