{#- Seconds from one time to another; what is less than a second is cut off before. -#}
{% macro seconds_between(first, last) -%}
    {{ return(adapter.dispatch('seconds_between', 'paidnet')(first, last)) }}
{%- endmacro %}

{% macro default__seconds_between(first, last) -%}
    date_diff('second', {{ first }}, {{ last }})
{%- endmacro %}

{% macro spark__seconds_between(first, last) -%}
    timestampdiff(
        second, date_trunc('second', {{ first }}), date_trunc('second', {{ last }})
    )
{%- endmacro %}
