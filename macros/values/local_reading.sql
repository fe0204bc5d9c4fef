{#- Text without an offset as a timestamp; null when it is none. -#}
{% macro local_reading(column) -%}
    {{ return(adapter.dispatch('local_reading', 'paidnet')(column)) }}
{%- endmacro %}

{% macro default__local_reading(column) -%}
    try_cast({{ column }} as timestamp)
{%- endmacro %}

{% macro spark__local_reading(column) -%}
    case
        when {{ column }} rlike
            '^\s*\d{4,6}[-/]\d{1,2}[-/]\d{1,2}([ T]+\d{1,2}:\d{1,2}(:\d{1,2}(\.\d*)?)?)?\s*$'
            then try_cast(replace(trim({{ column }}), '/', '-') as timestamp_ntz)
    end
{%- endmacro %}
