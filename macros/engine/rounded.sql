{#- A double rounded to so many decimals, halves away from zero; what is a half but for its last bits
    is one, as in money.sql. `round` with digits is not the same everywhere: of 1.005, which is less,
    Spark makes 1.01. -#}
{% macro rounded(number, digits) -%}
    round(({{ number }}) * 1e{{ digits }} + 1e-9 * sign({{ number }})) / 1e{{ digits }}
{%- endmacro %}
