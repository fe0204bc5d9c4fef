{#- Text without an offset as a timestamp; null when it is none. -#}
{% macro local_reading(column) -%}
    {{ return(adapter.dispatch('local_reading', 'paidnet')(column)) }}
{%- endmacro %}

{% macro default__local_reading(column) -%}
    try_cast({{ column }} as timestamp)
{%- endmacro %}

{% macro spark__local_reading(column) -%}
    coalesce(
        case
            when {{ column }} rlike '^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}$'
                then try_cast({{ column }} as timestamp_ntz)
        end,
        {{ read_clock(column) }}
    )
{%- endmacro %}
