{#- Text as a number of so many digits and decimals, rounded; null when it is none. DuckDB would
    read 1_000 as 1000, Spark the digits of every script. -#}
{% macro decimal_number(column, digits, decimals) -%}
    {{ return(adapter.dispatch('decimal_number', 'paidnet')(column, digits, decimals)) }}
{%- endmacro %}

{% macro default__decimal_number(column, digits, decimals) -%}
    case
        when not contains({{ column }}, '_')
            then try_cast({{ column }} as decimal({{ digits }}, {{ decimals }}))
    end
{%- endmacro %}

{% macro spark__decimal_number(column, digits, decimals) -%}
    case
        when {{ column }} rlike '^[\s0-9eE.+-]*$'
            then try_cast({{ column }} as decimal({{ digits }}, {{ decimals }}))
    end
{%- endmacro %}
