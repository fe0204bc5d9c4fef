{#- A line's part of an amount of its order: the rounded amount through the line less the rounded
    amount before it, so that the lines add up to the order to the cent. -#}
{% macro allotted(amount) -%}
cast(
            round({{ amount }} * shared.share_through, 2)
            - round({{ amount }} * shared.share_before, 2) as decimal(18, 2)
        )
{%- endmacro %}
