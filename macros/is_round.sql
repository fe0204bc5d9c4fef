{#- Whether an amount is one or two digits and then noughts, in whatever unit: 20, 150, 2500. -#}
{% macro is_round(amount) -%}
    length(trim(trailing '0' from cast({{ cents(amount) }} as string))) <= 2
{%- endmacro %}
