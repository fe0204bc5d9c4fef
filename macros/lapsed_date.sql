{#- The day from which a customer counts as lapsed whose last paid order was on a day. -#}
{% macro lapsed_date(last_paid_date) -%}
    {{ last_paid_date }} + {{ var('lapsed_after_days') }}
{%- endmacro %}
