{#- A span of so many minutes. -#}
{% macro minutes(number) -%}
    {{ return(adapter.dispatch('minutes', 'paidnet')(number)) }}
{%- endmacro %}

{% macro default__minutes(number) -%}
    to_minutes({{ number }})
{%- endmacro %}

{% macro spark__minutes(number) -%}
    make_dt_interval(0, 0, cast({{ number }} as integer), 0)
{%- endmacro %}
