{#- The same as text to show: '37.2 %', and outside the grid '< 0.5 %' or '> 99.5 %'. -#}
{% macro probability_label(quantile, amount, threshold) -%}
    case
        when min({{ amount }}) > {{ threshold }} then '< 0.5 %'
        when max({{ amount }}) < {{ threshold }} then '> 99.5 %'
        else printf(
            '%.1f %%',
            100 * ({{ probability_below(quantile, amount, threshold) }})
        )
    end
{%- endmacro %}
