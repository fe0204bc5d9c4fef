{#- No period begins before the one before it ends; `valid_to` is exclusive, null is open. -#}
{% test no_overlapping_periods(model, valid_from, valid_to, partition_by) %}

select *
from {{ model }}
qualify
    {{ valid_from }} < lag(coalesce({{ valid_to }}, timestamp '9999-12-31')) over (
        partition by {{ partition_by | join(", ") }}
        order by {{ valid_from }}
    )

{% endtest %}
