with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

orders as (
    select * from {{ ref('int_orders') }}
),

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

spine as (
    select
        company_id,
        {{ each_day('first_order_date', 'last_order_date') }} as revenue_date
    from windows
),

order_days as (
    select
        company_id,
        order_date,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(net_revenue_amount) filter (where customer_id is null)
            as guest_revenue_amount,
        sum(gross_amount) as gross_amount,
        sum(refund_amount) as refund_amount,
        sum(refundable_amount) as refundable_amount,
        count(*) filter (where is_paid) as paid_order_count,
        count(*) filter (where is_paid and refund_amount > 0) as refunded_order_count
    from orders
    where is_paid or is_refund_without_order
    group by all
),

active_customers as (
    select
        company_id,
        order_date,
        sum(net_revenue_amount) filter (where is_new_customer)
            as new_customer_revenue_amount,
        count(*) as active_customer_count
    from customer_days
    group by all
),

final as (
    select
        spine.company_id,
        spine.revenue_date,
        cast(coalesce(order_days.net_revenue_amount, 0) as decimal(18, 2))
            as net_revenue_amount,
        cast(
            coalesce(active_customers.new_customer_revenue_amount, 0)
            as decimal(18, 2)
        ) as new_customer_revenue_amount,
        cast(coalesce(order_days.guest_revenue_amount, 0) as decimal(18, 2))
            as guest_revenue_amount,
        cast(coalesce(order_days.gross_amount, 0) as decimal(18, 2)) as gross_amount,
        cast(coalesce(order_days.refund_amount, 0) as decimal(18, 2)) as refund_amount,
        cast(coalesce(order_days.refundable_amount, 0) as decimal(18, 2))
            as refundable_amount,
        coalesce(order_days.paid_order_count, 0) as paid_order_count,
        coalesce(order_days.refunded_order_count, 0) as refunded_order_count,
        coalesce(active_customers.active_customer_count, 0) as active_customer_count
    from spine
    left join order_days
        on
            spine.company_id = order_days.company_id
            and spine.revenue_date = order_days.order_date
    left join active_customers
        on
            spine.company_id = active_customers.company_id
            and spine.revenue_date = active_customers.order_date
)

select * from final
