{#- A clock reading by the company's clock, by the period that it lies in. -#}
{% macro local_time(clock, has_utc_clock, periods) -%}
    case
        when {{ has_utc_clock }} then {{ clock }} + {{ periods }}.utc_offset
        else {{ clock }}
    end
{%- endmacro %}
