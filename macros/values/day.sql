{#- Text as a date, whatever follows it; null when it is none. -#}
{% macro day(column) -%}
    {{ return(adapter.dispatch('day', 'paidnet')(column)) }}
{%- endmacro %}

{#- Not the words for days that DuckDB knows. -#}
{% macro default__day(column) -%}
    case
        when not regexp_matches({{ column }}, '[fhFHB]') then try_cast({{ column }} as date)
    end
{%- endmacro %}

{#- Its own cast knows one separator, and takes 2024 for a date. -#}
{% macro spark__day(column) -%}
    {%- set parts -%}
        '^\s*(-?)([0-9]{1,6})([-/ \\])([0-9]{1,2})\3([0-9]{1,2})(?![0-9])'
    {%- endset -%}
    case
        when {{ column }} rlike {{ parts }} and not ({{ column }} rlike '[fhFHB]')
            then try_cast(
                regexp_extract({{ column }}, {{ parts }}, 1)
                || lpad(regexp_extract({{ column }}, {{ parts }}, 2), 6, '0')
                || '-' || regexp_extract({{ column }}, {{ parts }}, 4)
                || '-' || regexp_extract({{ column }}, {{ parts }}, 5) as date
            )
    end
{%- endmacro %}
