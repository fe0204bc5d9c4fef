{#- A line's part of an amount of its order, in money: the part of all lines through it less
    that of the lines before it, so that the lines add up to the order to the cent. -#}
{% macro allotted(amount) -%}
    {%- set cents = 'cast(' ~ amount ~ ' * 100 as bigint)' -%}
    cast(
        (
            {{ cents_in_proportion(cents, 'shared.cents_through', 'shared.whole_cents') }}
            - {{ cents_in_proportion(cents, 'shared.cents_before', 'shared.whole_cents') }}
        ) * 0.01 as decimal(18, 2)
    )
{%- endmacro %}
