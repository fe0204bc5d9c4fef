{#-
    The reason why a timestamp cannot be used; null when it can, or when the company is
    unknown and with it the time zone. Beside it stands `time_zone`.
-#}
{% macro instant_fault(column, instant, is_past=true) -%}
    case
        when time_zone is null then null
        when
            {{ instant }} >= '{{ var("earliest_order_date") }}'
            {% if is_past %} and {{ instant }} < current_date + 2 {% endif %}
            then null
        when {{ instant }} is not null then 'timestamp_out_of_range'
        when nullif(trim({{ column }}), '') is not null then 'invalid_timestamp'
        else 'missing_value'
    end
{%- endmacro %}
