{#-
    On Spark: text as a timestamp, part by part, by DuckDB's grammar; null when it is none. Its own
    cast takes 2024-01 for a time, and knows neither 24:00:00 nor 2024/1/5. `offset` is the pattern
    of what follows the time, which then has
    seconds.
-#}
{% macro read_clock(column, offset='') -%}
    {%- set pattern -%}
        '^\s*(-?[0-9]{1,6})([-/ \\])([0-9]{1,2})\2([0-9]{1,2})(?:(?:T\s*|\s+)([0-9]{1,3}):([0-9]{1,2})(?::([0-9]{1,2}(?:\.[0-9]*)?)){{ '?' if not offset }}{{ offset }}){{ '?' if not offset }}\s*$'
    {%- endset -%}
    {%- set part -%}
        coalesce(try_cast(regexp_extract({{ column }}, {{ pattern }}, %d) as integer), 0)
    {%- endset -%}
    {%- set seconds -%}
        coalesce(
            try_cast(
                regexp_extract(regexp_extract({{ column }}, {{ pattern }}, 7), '^[0-9]+', 0) as integer
            ), 0
        )
    {%- endset -%}
    {%- set micros -%}
        cast(
            rpad(
                substr(
                    regexp_extract(
                        regexp_extract({{ column }}, {{ pattern }}, 7), '[.]([0-9]*)', 1
                    ), 1, 6
                ), 6, '0'
            ) as integer
        )
    {%- endset -%}
    case
        when
            not ({{ column }} rlike {{ pattern }})
            or {{ part % 6 }} > 59
            or {{ seconds }} > 59
            or {{ part % 5 }} * 3600 + {{ part % 6 }} * 60 + {{ seconds }}
            + sign({{ micros }}) > 86400
            then null
        else
            cast({{ day(column) }} as timestamp_ntz)
            + make_dt_interval(
                0, {{ part % 5 }}, {{ part % 6 }},
                {{ seconds }} + cast({{ micros }} as decimal(18, 6)) / 1000000
            )
            {%- if offset %}
                + if(regexp_extract({{ column }}, {{ pattern }}, 9) = '-', 1, -1)
                * make_dt_interval(0, {{ part % 10 }}, {{ part % 11 }}, {{ part % 12 }})
            {%- endif %}
    end
{%- endmacro %}
