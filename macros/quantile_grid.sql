{#- The quantiles of every forecast, lowest first. -#}
{% macro quantile_grid() -%}
    {%- set levels = [0.005] -%}
    {%- for percent in range(1, 100) -%}{%- do levels.append(percent / 100) -%}{%- endfor -%}
    {{ return(levels + [0.995]) }}
{%- endmacro %}
