with

orders as (
    select * from {{ ref('int_orders') }}
),

-- Read once more: two readers of one CTE would have all columns of all orders held.
paid_orders as (
    select * from {{ ref('int_orders') }}
    where is_paid and customer_id is not null
),

customers as (
    select * from {{ ref('int_customers') }}
),

-- Numbered apart and joined back: sorting keys alone takes half the time and memory of
-- sorting whole orders.
paid_order_numbers as (
    select
        company_id,
        order_id,
        cast(
            row_number() over (
                partition by company_id, customer_id
                order by ordered_at, order_id
            ) as bigint
        ) as paid_order_number
    from paid_orders
),

numbered as (
    select
        orders.*,
        paid_order_numbers.paid_order_number
    from orders
    left join paid_order_numbers
        on
            orders.company_id = paid_order_numbers.company_id
            and orders.order_id = paid_order_numbers.order_id
),

final as (
    select
        numbered.company_id,
        numbered.order_id,
        numbered.exported_order_id,
        numbered.customer_id,
        numbered.ordered_at,
        numbered.ordered_local_at,
        numbered.order_date,
        numbered.status,
        numbered.is_paid,
        numbered.is_refund_without_order,
        numbered.is_test,
        numbered.gross_amount,
        numbered.refund_amount,
        numbered.net_revenue_amount,
        numbered.paid_order_number,
        numbered.is_paid
        and coalesce(numbered.order_date <= customers.new_through_date, false)
            as is_new_customer_order,
        numbered.currency,
        numbered.order_currency,
        numbered.order_gross_amount,
        numbered.exchange_rate,
        numbered.channel_id,
        numbered.country,
        numbered.state,
        numbered.city,
        numbered.payment_method,
        numbered.discount_amount,
        numbered.tax_amount,
        numbered.shipping_amount,
        numbered.dispute_amount,
        numbered.reported_customer_order_count,
        numbered.reported_customer_spend_amount,
        numbered.source_file,
        numbered.source_line,
        numbered.exported_at
    from numbered
    left join customers
        on
            numbered.company_id = customers.company_id
            and numbered.customer_id = customers.customer_id
)

select * from final
