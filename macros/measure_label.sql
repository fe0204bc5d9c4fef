{#- A measure as it is shown: 54.8 %, +3.2 %, -1.5 points, 1,234 GBP, 12 days. Rounded before it is
    signed, so that nothing is -0.0; null of null. -#}
{% macro measure_label(value, unit, currency) -%}
    {%- set percent = [rounded('100 * (' ~ value ~ ')', 1) ~ ' + 0'] -%}
    {%- set whole = ['cast(round(' ~ value ~ ') as bigint)'] -%}
    case {{ unit }}
        when 'share' then {{ printed("'%.1f %%'", percent) }}
        when 'change' then {{ printed("'%+.1f %%'", percent) }}
        when 'points' then {{ printed("'%+.1f points'", percent) }}
        when 'amount'
            then {{ printed("'%,d'", whole) }} || coalesce(' ' || {{ currency }}, '')
        when 'days'
            then {{ printed("'%,d day'", whole) }} || if(({{ value }}) = 1, '', 's')
        when 'count' then {{ printed("'%,d'", whole) }}
        when 'score' then {{ printed("'%d'", whole) }}
        else {{ printed("'%.2f'", [rounded(value, 2) ~ ' + 0']) }}
    end
{%- endmacro %}
