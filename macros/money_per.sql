{#- An amount of money in cents divided by a count: exact, half cents away from zero, null of
    nothing. As floating point, an exact half cent was rounded now up, now down. -#}
{% macro money_per(amount, count) -%}
    cast(
        cast(
            {{ rounded_quotient(cents(amount), count) }}
            as decimal(18, 0)
        ) * 0.01 as decimal(18, 2)
    )
{%- endmacro %}
