with

orders as (
    select * from {{ ref('int_orders') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

days as (
    select
        company_id,
        customer_id,
        order_date,
        count(*) as paid_order_count,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(refund_amount) as refund_amount,
        sum(refundable_amount) as refundable_amount
    from orders
    where is_paid and customer_id is not null
    group by all
),

final as (
    select
        days.company_id,
        days.customer_id,
        days.order_date,
        coalesce(days.order_date <= customers.new_through_date, false)
            as is_new_customer,
        days.paid_order_count,
        cast(days.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(days.refund_amount as decimal(18, 2)) as refund_amount,
        cast(days.refundable_amount as decimal(18, 2)) as refundable_amount
    from days
    inner join customers
        on
            days.company_id = customers.company_id
            and days.customer_id = customers.customer_id
)

select * from final
