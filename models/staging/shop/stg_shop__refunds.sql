with

validated as (
    select * from {{ ref('base_shop__refunds_validated') }}
),

accepted as (
    select
        company_id,
        refund_id,
        order_id,
        refunded_at,
        refund_date,
        refund_amount,
        customer_id,
        refund_type,
        source_file,
        source_line,
        exported_at
    from validated
    where is_usable and not is_superseded
)

select * from accepted
