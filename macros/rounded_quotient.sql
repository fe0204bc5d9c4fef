{#- A whole number divided by another, to the nearest, halves away from zero. -#}
{% macro rounded_quotient(dividend, divisor) -%}
    if({{ dividend }} < 0, -1, 1)
    * {{ quotient('2 * abs(' ~ dividend ~ ') + ' ~ divisor, '2 * ' ~ divisor) }}
{%- endmacro %}
