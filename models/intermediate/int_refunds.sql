with

refunds as (
    select * from {{ ref('stg_shop__refunds') }}
),

orders as (
    select * from {{ ref('stg_shop__orders') }}
),

named as (
    select
        refunds.*,
        orders.order_id as named_order_id,
        orders.gross_amount,
        coalesce(orders.order_gross_amount, orders.charged_amount) as order_gross_amount
    from refunds
    left join orders
        on
            refunds.company_id = orders.company_id
            and refunds.order_id = orders.order_id
),

-- A refund of no order that we hold is of the customer's latest paid order before it.
of_customers as (
    select
        named.company_id,
        named.refund_id,
        orders.order_id,
        orders.gross_amount,
        coalesce(orders.order_gross_amount, orders.charged_amount)
            as order_gross_amount,
        row_number() over (
            partition by named.company_id, named.refund_id
            order by orders.ordered_at desc, orders.order_id desc
        ) as recency
    from named
    inner join orders
        on
            named.company_id = orders.company_id
            and named.customer_id = orders.customer_id
            and named.refunded_at >= orders.ordered_at
    where named.named_order_id is null and orders.is_paid
),

matched as (
    select
        named.company_id,
        named.refund_id,
        coalesce(named.named_order_id, of_customers.order_id, named.order_id)
            as order_id,
        coalesce(named.named_order_id, of_customers.order_id) is not null
            as has_order,
        named.refunded_at,
        named.refund_date,
        named.refund_amount as paid_back_amount,
        coalesce(named.gross_amount, of_customers.gross_amount) as gross_amount,
        coalesce(named.order_gross_amount, of_customers.order_gross_amount)
            as order_gross_amount,
        named.refund_type,
        named.source_file,
        named.source_line,
        named.exported_at
    from named
    left join of_customers
        on
            named.company_id = of_customers.company_id
            and named.refund_id = of_customers.refund_id
            and of_customers.recency = 1
),

-- A refund is in the order's own currency and has its share of what is no revenue: what
-- the order itself became tells both.
in_revenue as (
    select
        company_id,
        refund_id,
        order_id,
        has_order,
        refunded_at,
        refund_date,
        gross_amount,
        order_gross_amount,
        paid_back_amount,
        case
            when has_order
                then {{ in_proportion(
                    'paid_back_amount', 'gross_amount', 'order_gross_amount'
                ) }}
            else paid_back_amount
        end as refund_amount,
        refund_type,
        source_file,
        source_line,
        exported_at
    from matched
)

select * from in_revenue
