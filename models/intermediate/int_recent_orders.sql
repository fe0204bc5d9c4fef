with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

orders as (
    select * from {{ ref('int_orders') }}
    where is_paid
),

final as (
    select
        orders.company_id,
        orders.order_id,
        orders.customer_id,
        orders.ordered_at,
        orders.order_date,
        {{ days_between('orders.order_date', 'windows.as_of_date') }} as age_days,
        orders.gross_amount,
        orders.net_revenue_amount,
        orders.dispute_amount,
        orders.channel_id,
        orders.country
    from orders
    inner join windows
        on
            orders.company_id = windows.company_id
            and orders.order_date >= windows.year_start_date
            and orders.order_date <= windows.as_of_date
)

select * from final
