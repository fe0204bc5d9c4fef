{#- Text with an offset as a UTC timestamp; null when it is none. -#}
{% macro utc_clock(column) -%}
    {{ return(adapter.dispatch('utc_clock', 'paidnet')(column)) }}
{%- endmacro %}

{% macro default__utc_clock(column) -%}
    timezone('UTC', try_cast({{ column }} as timestamptz))
{%- endmacro %}

{% macro spark__utc_clock(column) -%}
    coalesce(
        case
            when
                {{ column }} rlike
                '^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})$'
                then cast(try_cast({{ column }} as timestamp_ltz) as timestamp_ntz)
        end,
        {{ read_clock(column, '(Z|([+-])([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{2}))?)?)') }}
    )
{%- endmacro %}
