{#- Text on one line, with one space wherever there was white space. -#}
{% macro single_spaced(text) -%}
    {{ return(adapter.dispatch('single_spaced', 'paidnet')(text)) }}
{%- endmacro %}

{% macro default__single_spaced(text) -%}
    regexp_replace({{ text }}, '\s+', ' ', 'g')
{%- endmacro %}

{% macro spark__single_spaced(text) -%}
    regexp_replace({{ text }}, '\s+', ' ')
{%- endmacro %}
