{#- Within a partition, the column never falls as `order_by` rises. -#}
{% test not_decreasing(model, column_name, order_by, partition_by) %}

select *
from {{ model }}
qualify
    {{ column_name }} < lag({{ column_name }}) over (
        partition by {{ partition_by | join(", ") }}
        order by {{ order_by }}
    )

{% endtest %}
