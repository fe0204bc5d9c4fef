{#- A whole number divided by another, to the nearest, halves away from zero. -#}
{% macro rounded_quotient(dividend, divisor) -%}
    sign({{ dividend }})
    * ((2 * abs({{ dividend }}) + {{ divisor }}) // (2 * nullif({{ divisor }}, 0)))
{%- endmacro %}
