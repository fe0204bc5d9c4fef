{#-
    The reason why a raw value cannot be used; null when it can. `rule` is the column's `meta`
    in the contract, `value` what `typed_value` makes of the text.
-#}
{% macro value_error(rule, column, value) -%}
    case
        when {{ is_valid_value(rule, value) }} then null
        when {{ column }} is null
            {% if rule.is_blank_allowed %} then null {% else %} then 'missing_value' {% endif %}
        {% if rule.kind == 'amount' %}
            when {{ value }} < 0 then 'negative_amount'
            else 'invalid_amount'
        {% elif rule.kind == 'quantity' %}
            when {{ value }} < 0 then 'negative_quantity'
            else 'invalid_quantity'
        {% elif rule.kind == 'rate' %}
            else 'invalid_rate'
        {% elif rule.kind == 'timestamp' %}
            when {{ value }} is null then 'invalid_timestamp'
            else 'timestamp_out_of_range'
        {% elif rule.kind == 'date' %}
            when {{ value }} is null then 'invalid_date'
            else 'date_out_of_range'
        {% endif %}
    end
{%- endmacro %}
