with

refunds as (
    select * from {{ ref('int_refunds') }}
),

orders as (
    select * from {{ ref('stg_shop__orders') }}
),

without_order as (
    select * from refunds
    where not has_order
),

spans as (
    select
        orders.company_id,
        min(cast(orders.ordered_local_at as date)) as first_order_date,
        max(cast(orders.ordered_local_at as date)) as last_order_date
    from orders
    semi join without_order
        on orders.company_id = without_order.company_id
    group by all
),

-- Money back for an order that we do not hold lowers the revenue of its day; before or
-- after the log, that of its first or last day.
dated as (
    select
        without_order.company_id,
        without_order.refund_id,
        without_order.refunded_at,
        without_order.refund_date,
        greatest(
            spans.first_order_date,
            least(spans.last_order_date, without_order.refund_date)
        ) as order_date,
        without_order.refund_amount,
        without_order.source_file,
        without_order.source_line,
        without_order.exported_at
    from without_order
    inner join spans
        on without_order.company_id = spans.company_id
)

select * from dated
