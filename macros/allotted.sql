{#- A line's part of an amount of its order: the amount through the line less the amount before
    it, so that the lines add up to the order to the cent. -#}
{% macro allotted(amount) -%}
    cast(
        {{ in_proportion(amount, 'shared.part_through', 'shared.whole') }}
        - {{ in_proportion(amount, 'shared.part_before', 'shared.whole') }}
        as decimal(18, 2)
    )
{%- endmacro %}
