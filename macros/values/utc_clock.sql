{#- Text with an offset as a UTC timestamp; null when it is none. -#}
{% macro utc_clock(column) -%}
    {{ return(adapter.dispatch('utc_clock', 'paidnet')(column)) }}
{%- endmacro %}

{% macro default__utc_clock(column) -%}
    timezone('UTC', try_cast({{ column }} as timestamptz))
{%- endmacro %}

{% macro spark__utc_clock(column) -%}
    case
        when {{ column }} rlike
            '^\s*\d{4,6}[-/]\d{1,2}[-/]\d{1,2}[ T]+\d{1,2}:\d{1,2}:\d{1,2}(\.\d*)? *(Z|[+-]\d{1,2}(:?\d{2})?)\s*$'
            then cast(
                try_cast(
                    regexp_replace(replace({{ column }}, '/', '-'), ' +([Z+-])', '$1')
                    as timestamp_ltz
                ) as timestamp_ntz
            )
    end
{%- endmacro %}
