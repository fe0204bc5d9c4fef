{#- The weekday of a date, by its number: 1 Mon. -#}
{% macro weekday_name(day) -%}
    {{ return(adapter.dispatch('weekday_name', 'paidnet')(day)) }}
{%- endmacro %}

{% macro default__weekday_name(day) -%}
    strftime({{ day }}, '%u %a')
{%- endmacro %}

{% macro spark__weekday_name(day) -%}
    concat(weekday({{ day }}) + 1, ' ', date_format({{ day }}, 'E'))
{%- endmacro %}
