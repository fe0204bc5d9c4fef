{#- A date so many months later, on its last day where the month is shorter. -#}
{% macro months_after(day, months) -%}
    {{ return(adapter.dispatch('months_after', 'paidnet')(day, months)) }}
{%- endmacro %}

{% macro default__months_after(day, months) -%}
    cast({{ day }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__months_after(day, months) -%}
    add_months({{ day }}, cast({{ months }} as integer))
{%- endmacro %}
