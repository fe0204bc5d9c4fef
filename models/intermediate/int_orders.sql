with

orders as (
    select * from {{ ref('stg_shop__orders') }}
),

refunds as (
    select * from {{ ref('stg_shop__refunds') }}
),

refund_totals as (
    select
        company_id,
        order_id,
        sum(refund_amount) as refund_amount
    from refunds
    group by all
),

-- An order file that leaves the refund blank may have it in a file of refunds.
refunded as (
    select
        orders.*,
        cast(
            coalesce(orders.refund_amount, refund_totals.refund_amount, 0)
            as decimal(18, 2)
        ) as known_refund_amount,
        cast(orders.ordered_local_at as date) as order_date
    from orders
    left join refund_totals
        on
            orders.company_id = refund_totals.company_id
            and orders.order_id = refund_totals.order_id
),

final as (
    select
        company_id,
        order_id,
        customer_id,
        ordered_at,
        ordered_local_at,
        order_date,
        cast(date_trunc('month', order_date) as date) as order_month,
        status,
        is_paid,
        gross_amount,
        known_refund_amount as refund_amount,
        cast(
            case when is_paid then gross_amount - known_refund_amount else 0 end
            as decimal(18, 2)
        ) as net_revenue_amount,
        -- What the refund rate is a share of.
        cast(
            case when is_paid then gross_amount else 0 end
            as decimal(18, 2)
        ) as refundable_amount,
        currency,
        channel_id,
        country,
        state,
        city,
        discount_amount,
        tax_amount,
        shipping_amount,
        customer_created_at,
        reported_customer_order_count,
        reported_customer_spend_amount,
        source_file,
        source_line
    from refunded
)

select * from final
