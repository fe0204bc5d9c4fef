with

orders as (
    select * from {{ ref('int_recent_orders') }}
),

refunds as (
    select * from {{ ref('int_refunds') }}
    where refund_type = 'dispute' and has_order
),

lost as (
    select
        company_id,
        order_id,
        sum(refund_amount) as refund_amount
    from refunds
    group by all
),

disputed as (
    select
        orders.company_id,
        orders.gross_amount,
        orders.dispute_amount is not null or lost.order_id is not null
            as has_dispute_field,
        greatest(coalesce(orders.dispute_amount, 0), coalesce(lost.refund_amount, 0))
            as dispute_amount
    from orders
    left join lost
        on
            orders.company_id = lost.company_id
            and orders.order_id = lost.order_id
),

-- A file that never names a dispute may have none, or leave them out: not known.
final as (
    select
        company_id,
        case
            when bool_or(has_dispute_field) and sum(gross_amount) > 0
                then cast(sum(dispute_amount) as double) / sum(gross_amount)
        end as dispute_value_rate
    from disputed
    group by all
)

select * from final
