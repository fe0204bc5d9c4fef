{#- An aggregate: texts that are not null, in an order, with a separator between them. -#}
{% macro joined_text(value, separator, order) -%}
    {{ return(adapter.dispatch('joined_text', 'paidnet')(value, separator, order)) }}
{%- endmacro %}

{% macro default__joined_text(value, separator, order) -%}
    string_agg({{ value }}, '{{ separator }}' order by {{ order }})
{%- endmacro %}

{% macro spark__joined_text(value, separator, order) -%}
    listagg({{ value }}, '{{ separator }}') within group (order by {{ order }})
{%- endmacro %}
