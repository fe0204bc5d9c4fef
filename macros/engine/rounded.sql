{#- A double rounded to so many decimals, halves of what it holds away from zero. `round` with
    digits is not the same everywhere: of 1.005, which is less, Spark makes 1.01. -#}
{% macro rounded(number, digits) -%}
    round(({{ number }}) * 1e{{ digits }}) / 1e{{ digits }}
{%- endmacro %}
