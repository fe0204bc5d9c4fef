{#- A date or a time as text, by a pattern of strftime. -#}
{% macro time_text(moment, pattern) -%}
    {{ return(adapter.dispatch('time_text', 'paidnet')(moment, pattern)) }}
{%- endmacro %}

{% macro default__time_text(moment, pattern) -%}
    strftime({{ moment }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__time_text(moment, pattern) -%}
    {%- set letters = {
        '%Y': 'yyyy', '%m': 'MM', '%d': 'dd', '%H': 'HH', '%M': 'mm', '%S': 'ss', '%A': 'EEEE',
    } -%}
    {%- set java = namespace(pattern=pattern) -%}
    {%- for one, other in letters.items() -%}
        {%- set java.pattern = java.pattern | replace(one, other) -%}
    {%- endfor -%}
    date_format({{ moment }}, '{{ java.pattern }}')
{%- endmacro %}
