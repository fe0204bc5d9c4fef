{#- One row for each day of a span; none where it ends before it begins. -#}
{% macro each_day(first, last) -%}
    {{ return(adapter.dispatch('each_day', 'paidnet')(first, last)) }}
{%- endmacro %}

{% macro default__each_day(first, last) -%}
    cast(unnest(range({{ first }}, {{ last }} + 1, interval 1 day)) as date)
{%- endmacro %}

{% macro spark__each_day(first, last) -%}
    explode(if({{ last }} >= {{ first }}, sequence({{ first }}, {{ last }}), array()))
{%- endmacro %}
