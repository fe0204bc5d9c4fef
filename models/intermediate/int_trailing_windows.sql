with

orders as (
    select * from {{ ref('fct_orders') }}
),

edges as (
    select
        company_id,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        max(ordered_at) as last_ordered_at
    from orders
    group by all
),

-- As in forecasting/reading.py: orders that a whole last day would still have brought,
-- going by the orders that the 56 days before it brought after that time of day.
late_orders as (
    select
        edges.company_id,
        count(*) / least(edges.last_order_date - edges.first_order_date, 56)
            as missing_order_count
    from edges
    inner join orders
        on
            edges.company_id = orders.company_id
            and edges.last_order_date - orders.order_date between 1 and 56
            and orders.ordered_at
            > edges.last_ordered_at
            - to_days(cast(edges.last_order_date - orders.order_date as integer))
    group by edges.company_id, edges.last_order_date, edges.first_order_date
),

whole_days as (
    select
        edges.company_id,
        edges.first_order_date,
        edges.last_order_date,
        -- A log of one or two days has too little to compare its last day with.
        coalesce(
            late_orders.missing_order_count >= 4
            and edges.last_order_date - edges.first_order_date >= 2,
            false
        ) as has_partial_last_day,
        cast(
            edges.last_order_date - cast(has_partial_last_day as integer) as date
        ) as as_of_date
    from edges
    left join late_orders
        on edges.company_id = late_orders.company_id
),

final as (
    select
        company_id,
        first_order_date,
        last_order_date,
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
