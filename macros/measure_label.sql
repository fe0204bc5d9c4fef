{#- A measure as it is shown: 54.8 %, +3.2 %, -1.5 points, 1,234 GBP, 12 days. Rounded before it is
    signed, so that nothing is -0.0; null of null. -#}
{% macro measure_label(value, unit, currency) -%}
    case {{ unit }}
        when 'share' then printf('%.1f %%', round(100 * ({{ value }}), 1) + 0)
        when 'change' then printf('%+.1f %%', round(100 * ({{ value }}), 1) + 0)
        when 'points' then printf('%+.1f points', round(100 * ({{ value }}), 1) + 0)
        when 'amount'
            then format('{:,.0f}', round(({{ value }})) + 0) || coalesce(' ' || {{ currency }}, '')
        when 'days'
            then format('{:,d} day', cast(({{ value }}) as bigint)) || if(({{ value }}) = 1, '', 's')
        when 'count' then format('{:,d}', cast(({{ value }}) as bigint))
        when 'score' then printf('%.0f', ({{ value }}))
        else printf('%.2f', round(({{ value }}), 2) + 0)
    end
{%- endmacro %}
