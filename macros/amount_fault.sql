{#- The reason why an amount cannot be used; null when it can. -#}
{% macro amount_fault(column, amount, is_required=true) -%}
    case
        when {{ amount }} >= 0 then null
        when {{ amount }} < 0 then 'negative_amount'
        when nullif(trim({{ column }}), '') is not null then 'invalid_amount'
        {% if is_required %} else 'missing_value' {% endif %}
    end
{%- endmacro %}
