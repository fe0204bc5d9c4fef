{%- set recency_days = var('recency_step_days') + [var('lapsed_after_days')] -%}
{%- set spends = [
    'spend_p20_amount', 'spend_p40_amount', 'spend_p60_amount', 'spend_p80_amount',
] -%}
with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

scales as (
    select * from {{ ref('int_customer_scales') }}
),

customers as (
    select * from {{ ref('int_customers') }}
    where paid_order_count > 0
),

placed as (
    select
        customers.company_id,
        customers.customer_id,
        customers.net_revenue_amount,
        scales.lapse_gap_days,
        {% for spend in spends %}
            scales.{{ spend }},
        {% endfor %}
        {{ days_between('customers.first_paid_date', 'windows.last_order_date') }}
            as days_since_first_purchase,
        {{ days_between('customers.last_paid_date', 'windows.last_order_date') }}
            as days_since_previous_purchase,
        -- In a log younger than that, nobody can be seen to have lapsed.
        case
            when
                {{ lapsed_date('windows.first_order_date') }}
                <= windows.last_order_date
                then
                    {{ lapsed_date('customers.last_paid_date') }}
                    <= windows.last_order_date
        end as is_lapsed,
        -- Who has orders older than the log has bought more than once.
        greatest(
            customers.paid_order_count, if(customers.has_older_orders, 2, 1)
        ) as known_order_count
    from customers
    inner join windows
        on customers.company_id = windows.company_id
    inner join scales
        on customers.company_id = scales.company_id
),

scored as (
    select
        *,
        5 - {{ count_met('days_since_previous_purchase', '>=', recency_days) }}
            as recency_score,
        1 + {{ count_met(
            'known_order_count', '>=', var('frequency_step_orders')
        ) }} as frequency_score,
        -- Equal spends that fill several fifths have the score of their middle.
        1 + {{ whole(
            count_met('net_revenue_amount', '>', spends)
            ~ ' + ' ~ count_met('net_revenue_amount', '>=', spends), 2
        ) }} as monetary_score
    from placed
),

final as (
    select
        company_id,
        customer_id,
        {{ whole('days_since_first_purchase', 7) }} as weeks_since_first_purchase,
        {{ whole('days_since_previous_purchase', 7) }} as weeks_since_previous_purchase,
        is_lapsed,
        lapse_gap_days,
        days_since_previous_purchase > lapse_gap_days as is_lapsed_by_own_rhythm,
        cast(recency_score as bigint) as recency_score,
        cast(frequency_score as bigint) as frequency_score,
        cast(monetary_score as bigint) as monetary_score,
        {{ customer_segment('recency_score', 'frequency_score') }} as customer_segment
    from scored
)

select * from final
