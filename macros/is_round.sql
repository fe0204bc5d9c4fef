{#- Whether an amount is one or two digits and then noughts, in whatever unit: 20, 150, 2500. -#}
{% macro is_round(amount) -%}
    length(rtrim(cast({{ cents(amount) }} as varchar), '0')) <= 2
{%- endmacro %}
