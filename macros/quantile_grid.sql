{#- The quantiles of every forecast, lowest first. -#}
{% macro quantile_grid() -%}
    [
        0.005,
        {% for percent in range(1, 100) %}{{ percent / 100 }}, {% endfor %}
        0.995
    ]
{%- endmacro %}
