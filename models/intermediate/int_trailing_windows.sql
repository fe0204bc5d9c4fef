with

orders as (
    select * from {{ ref('int_orders') }}
    where is_refund_without_order is not true
),

edges as (
    select
        company_id,
        min(order_date) as first_order_date,
        min(ordered_at) as first_ordered_at,
        max(order_date) as last_order_date,
        max(ordered_at) as last_ordered_at
    from orders
    group by all
),

dated as (
    select
        orders.company_id,
        orders.ordered_at,
        edges.first_ordered_at,
        edges.last_ordered_at,
        least({{ days_between('edges.first_order_date', 'edges.last_order_date') }}, 56)
            as compared_day_count,
        {{ days_between('edges.first_order_date', 'orders.order_date') }}
            as days_after_first,
        {{ days_between('orders.order_date', 'edges.last_order_date') }}
            as days_before_last
    from orders
    inner join edges
        on orders.company_id = edges.company_id
    -- A log of one or two days has too little to compare its ends with.
    where {{ days_between('edges.first_order_date', 'edges.last_order_date') }} >= 2
),

-- Orders that a whole first or last day would hold too, going by the orders that the 56
-- days beside it hold before or after that time of day.
missing_orders as (
    select
        company_id,
        count(*) filter (
            where
            days_after_first between 1 and 56
            and ordered_at < {{ days_after('first_ordered_at', 'days_after_first') }}
        ) / compared_day_count as before_first_count,
        count(*) filter (
            where
            days_before_last between 1 and 56
            and ordered_at > {{ days_after('last_ordered_at', '-days_before_last') }}
        ) / compared_day_count as after_last_count
    from dated
    where days_after_first <= 56 or days_before_last <= 56
    group by company_id, compared_day_count
),

-- Chance leaves four orders out of a whole day one time in fifty.
ends as (
    select
        edges.company_id,
        edges.first_order_date,
        edges.last_order_date,
        coalesce(missing_orders.before_first_count >= 4, false)
            as has_partial_first_day,
        coalesce(missing_orders.after_last_count >= 4, false) as has_partial_last_day
    from edges
    left join missing_orders
        on edges.company_id = missing_orders.company_id
),

whole_days as (
    select
        *,
        if(has_partial_last_day, last_order_date - 1, last_order_date) as as_of_date
    from ends
),

final as (
    select
        company_id,
        first_order_date,
        last_order_date,
        has_partial_first_day,
        has_partial_last_day,
        as_of_date,
        cast(as_of_date + 1 - interval 12 months as date) as year_start_date,
        cast(as_of_date + 1 - interval 24 months as date) as year_before_start_date,
        cast(date_trunc('month', as_of_date + 1) - interval 1 month as date)
            as last_full_month,
        cast(date_trunc('week', as_of_date + 1) - interval 7 days as date)
            as last_full_week_start_date
    from whole_days
)

select * from final
