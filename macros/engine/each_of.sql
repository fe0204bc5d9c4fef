{#- One row for each of some values, given as SQL. -#}
{% macro each_of(values) -%}
    {{ return(adapter.dispatch('each_of', 'paidnet')(values)) }}
{%- endmacro %}

{% macro default__each_of(values) -%}
    unnest([{{ values | join(', ') }}])
{%- endmacro %}

{% macro spark__each_of(values) -%}
    explode(array({{ values | join(', ') }}))
{%- endmacro %}
