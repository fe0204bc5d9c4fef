{#- A double as money, to the cent; what is a half cent but for the last bits is one. Engines cast
    such apart: one rounds what the computer holds, the other what it would print. -#}
{% macro money(number) -%}
    cast(
        round(({{ number }}) * 1e2 + 1e-9 * sign({{ number }})) / 1e2 as decimal(18, 2)
    )
{%- endmacro %}
