{#- An amount of money reduced as a part is to its whole: exact to the cent, halves away from
    zero; the amount itself where the part is the whole, or the whole is nothing. -#}
{% macro in_proportion(amount, part, whole) -%}
    {%- set dividend = '(' ~ cents(amount) ~ ' * ' ~ cents(part) ~ ')' -%}
    case
        when {{ part }} = {{ whole }} or {{ whole }} = 0 then {{ amount }}
        else cast(
            cast(
                {{ rounded_quotient(dividend, cents(whole)) }}
                as decimal(18, 0)
            ) * 0.01 as decimal(18, 2)
        )
    end
{%- endmacro %}
