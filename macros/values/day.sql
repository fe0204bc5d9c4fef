{#- Text as a date; null when it is none. -#}
{% macro day(column) -%}
    {{ return(adapter.dispatch('day', 'paidnet')(column)) }}
{%- endmacro %}

{% macro default__day(column) -%}
    try_cast({{ column }} as date)
{%- endmacro %}

{% macro spark__day(column) -%}
    case
        when {{ column }} rlike '^\s*\d{4,6}[-/]\d{1,2}[-/]\d{1,2}([ T].*)?$'
            then try_cast(replace({{ column }}, '/', '-') as date)
    end
{%- endmacro %}
