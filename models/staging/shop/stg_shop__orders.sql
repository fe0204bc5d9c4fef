with

validated as (
    select * from {{ ref('base_shop__orders_validated') }}
),

deduplicated as (
    select * from {{ ref('base_shop__orders_deduplicated') }}
),

accepted as (
    select
        company_id,
        order_id,
        ordered_at,
        ordered_local_at,
        status,
        is_paid,
        gross_amount,
        refund_amount,
        customer_id,
        reported_customer_order_count,
        reported_customer_spend_amount,
        customer_created_at,
        currency,
        channel_id,
        country,
        state,
        city,
        payment_method,
        is_test,
        discount_amount,
        tax_amount,
        shipping_amount,
        source_file,
        source_line
    from validated
    where is_usable and not is_repeated
    union all
    select
        company_id,
        order_id,
        ordered_at,
        ordered_local_at,
        status,
        is_paid,
        gross_amount,
        refund_amount,
        customer_id,
        reported_customer_order_count,
        reported_customer_spend_amount,
        customer_created_at,
        currency,
        channel_id,
        country,
        state,
        city,
        payment_method,
        is_test,
        discount_amount,
        tax_amount,
        shipping_amount,
        source_file,
        source_line
    from deduplicated
    where not is_superseded
)

select * from accepted
