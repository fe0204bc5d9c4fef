{#- How many whole times a number that is not negative holds another; `//` is one engine's. -#}
{% macro whole(number, divisor) -%}
    cast(floor(({{ number }}) / {{ divisor }}) as bigint)
{%- endmacro %}
