{#- An amount of money reduced as a part is to its whole: exact to the cent, halves away from
    zero; the amount itself where the part is the whole, or the whole is nothing. -#}
{% macro in_proportion(amount, part, whole) -%}
    {%- set cents = [] -%}
    {%- for each in [amount, part, whole] -%}
        {%- do cents.append('cast(' ~ each ~ ' * 100 as bigint)') -%}
    {%- endfor -%}
    case
        when {{ part }} = {{ whole }} or {{ whole }} = 0 then {{ amount }}
        else cast({{ cents_in_proportion(*cents) }} * 0.01 as decimal(18, 2))
    end
{%- endmacro %}
