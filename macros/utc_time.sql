{#- A clock reading as UTC, by the period of base_shop__time_zone_offsets that it lies in. -#}
{% macro utc_time(clock, has_utc_clock, periods) -%}
    case
        when {{ has_utc_clock }} then {{ clock }}
        else {{ clock }} - {{ periods }}.utc_offset
    end
{%- endmacro %}
