with

refunds as (
    select * from {{ ref('int_refunds') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

final as (
    select
        refunds.company_id,
        refunds.refund_id,
        refunds.order_id,
        orders.customer_id,
        orders.order_date,
        refunds.refunded_at,
        refunds.refund_date,
        {{ days_between('orders.order_date', 'refunds.refund_date') }} as lag_day_count,
        refunds.refund_amount,
        refunds.has_order,
        refunds.refund_type,
        coalesce(orders.is_paid, false) as is_paid
    from refunds
    left join orders
        on
            refunds.company_id = orders.company_id
            and refunds.order_id = orders.order_id
)

select * from final
