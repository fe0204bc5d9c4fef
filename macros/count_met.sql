{#- How many of some steps a value meets, such as `>=`: a score without splitting equal values. -#}
{% macro count_met(value, sign, steps) -%}
    ({% for step in steps %}if({{ value }} {{ sign }} {{ step }}, 1, 0){{ ' + ' if not loop.last }}{% endfor %})
{%- endmacro %}
