{#- An aggregate: the mean of amounts as a double, their sum being exact. -#}
{% macro mean(amount) -%}
    (cast(sum({{ amount }}) as double) / nullif(count({{ amount }}), 0))
{%- endmacro %}
