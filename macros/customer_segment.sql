{#- The segment of a customer by two scores from 1 to 5; the first that fits. Every pair has one. -#}
{% macro customer_segment(recency, frequency) -%}
    case
        when {{ frequency }} = 1 and {{ recency }} = 5 then 'new'
        when {{ frequency }} = 1 and {{ recency }} >= 3 then 'promising'
        when {{ frequency }} = 1 then 'one_time'
        when {{ recency }} = 1 then 'lapsed'
        when {{ recency }} = 2 then 'at_risk'
        when {{ frequency }} >= 4 and {{ recency }} >= 4 then 'champion'
        when {{ frequency }} >= 3 then 'loyal'
        else 'potential_loyal'
    end
{%- endmacro %}
