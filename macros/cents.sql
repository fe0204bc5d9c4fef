{#- An amount of money as a whole number of cents, however large. -#}
{% macro cents(amount) -%}
    cast(cast({{ amount }} as decimal(38, 2)) * 100 as {{ engine_type('hugeint') }})
{%- endmacro %}
