{#- The year of a date's ISO week. -#}
{% macro iso_year(day) -%}
    {{ return(adapter.dispatch('iso_year', 'paidnet')(day)) }}
{%- endmacro %}

{% macro default__iso_year(day) -%}
    isoyear({{ day }})
{%- endmacro %}

{% macro spark__iso_year(day) -%}
    extract(yearofweek from {{ day }})
{%- endmacro %}
