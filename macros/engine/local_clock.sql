{#- A UTC timestamp by the clock of a time zone. -#}
{% macro local_clock(moment, zone) -%}
    {{ return(adapter.dispatch('local_clock', 'paidnet')(moment, zone)) }}
{%- endmacro %}

{% macro default__local_clock(moment, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ moment }}))
{%- endmacro %}

{% macro spark__local_clock(moment, zone) -%}
    convert_timezone('UTC', {{ zone }}, {{ moment }})
{%- endmacro %}
