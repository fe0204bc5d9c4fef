{#- A whole number as people read it: 1,234. -#}
{% macro whole_label(number) -%}
    {{ return(adapter.dispatch('whole_label', 'paidnet')(number)) }}
{%- endmacro %}

{% macro default__whole_label(number) -%}
    format('{:,d}', cast({{ number }} as bigint))
{%- endmacro %}

{% macro spark__whole_label(number) -%}
    format_string('%,d', cast({{ number }} as bigint))
{%- endmacro %}
