{#- A timestamp so many days later; a negative count is earlier. -#}
{% macro days_after(moment, days) -%}
    {{ return(adapter.dispatch('days_after', 'paidnet')(moment, days)) }}
{%- endmacro %}

{% macro default__days_after(moment, days) -%}
    {{ moment }} + to_days(cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__days_after(moment, days) -%}
    {{ moment }} + make_dt_interval(cast({{ days }} as integer))
{%- endmacro %}
