with

raw_orders as (
    {{ landed('orders') }}
),

dated as (
    select
        company_id,
        order_id,
        created_at,
        status,
        total_price,
        order_refunds,
        customer_id,
        customer_order_count,
        customer_total_spent,
        customer_created_at,
        currency,
        channel_id,
        country,
        state,
        city,
        discount,
        tax,
        shipping,
        payment_method,
        is_test,
        cancelled_at,
        gift_card_amount,
        disputed_amount,
        source_file,
        source_line,
        malformed_reason,
        malformed_text,
        original_values,
        coalesce(exported_at, landed_at) as exported_at,
        landed_at
    from raw_orders
)

select * from dated
