{#- The last value of a named window that is not null. -#}
{% macro last_known(value, window) -%}
    {{ return(adapter.dispatch('last_known', 'paidnet')(value, window)) }}
{%- endmacro %}

{% macro default__last_known(value, window) -%}
    last_value({{ value }} ignore nulls) over {{ window }}
{%- endmacro %}

{% macro spark__last_known(value, window) -%}
    last_value({{ value }}) ignore nulls over {{ window }}
{%- endmacro %}
