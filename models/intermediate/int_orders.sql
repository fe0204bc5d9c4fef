{%- set of_orders = [
    'customer_id', 'exported_order_id', 'currency', 'order_currency', 'order_gross_amount',
    'exchange_rate', 'channel_id', 'country', 'state', 'city', 'payment_method', 'discount_amount',
    'tax_amount', 'shipping_amount', 'dispute_amount', 'customer_created_at',
    'reported_customer_order_count', 'reported_customer_spend_amount',
] -%}
with

orders as (
    select * from {{ ref('stg_shop__orders') }}
),

dated_refunds as (
    select * from {{ ref('int_order_refunds') }}
),

alone as (
    select * from {{ ref('int_refunds_without_order') }}
),

refunded as (
    select
        orders.*,
        false as is_refund_without_order,
        {{ known_refund('orders', 'dated_refunds.refund_amount') }}
            as known_refund_amount,
        cast(orders.ordered_local_at as date) as order_date
    from orders
    left join dated_refunds
        on
            orders.company_id = dated_refunds.company_id
            and orders.order_id = dated_refunds.order_id
),

every_row as (
    select
        company_id,
        order_id,
        ordered_at,
        ordered_local_at,
        order_date,
        status,
        is_paid,
        is_refund_without_order,
        is_test,
        gross_amount,
        charged_amount,
        known_refund_amount,
        source_file,
        source_line,
        exported_at,
        {{ of_orders | join(',\n        ') }}
    from refunded
    union all
    select
        company_id,
        'refund ' || refund_id as order_id,
        refunded_at as ordered_at,
        cast(refund_date as timestamp) as ordered_local_at,
        order_date,
        'refund_without_order' as status,
        false as is_paid,
        true as is_refund_without_order,
        false as is_test,
        cast(0 as decimal(18, 2)) as gross_amount,
        cast(0 as decimal(18, 2)) as charged_amount,
        refund_amount as known_refund_amount,
        source_file,
        source_line,
        exported_at,
        null as {{ of_orders | join(',\n        null as ') }}
    from alone
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
        charged_amount,
        known_refund_amount as refund_amount,
        is_refund_without_order,
        is_test,
        cast(
            case
                when is_paid or is_refund_without_order
                    then gross_amount - known_refund_amount
                else 0
            end
            as decimal(18, 2)
        ) as net_revenue_amount,
        -- What the refund rate is a share of.
        cast(
            case when is_paid then gross_amount else 0 end
            as decimal(18, 2)
        ) as refundable_amount,
        {{ of_orders[1:] | join(',\n        ') }},
        source_file,
        source_line,
        exported_at
    from every_row
)

select * from final
