{#- The same as text to show: '37.2 %', and outside the grid '< 0.5 %' or '> 99.5 %'. -#}
{% macro probability_label(quantile, amount, threshold) -%}
    case
        when min({{ amount }}) > {{ threshold }} then '< 0.5 %'
        when max({{ amount }}) < {{ threshold }} then '> 99.5 %'
        else {{ printed(
            "'%.1f %%'",
            [rounded('100 * (' ~ probability_below(quantile, amount, threshold) ~ ')', 1)]
        ) }}
    end
{%- endmacro %}
