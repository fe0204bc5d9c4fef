with

refund_rows as (
    select * from {{ ref('base_shop__refunds_validated') }}
),

renamed as (
    select
        company_id,
        refund_id,
        order_id,
        refunded_at,
        refund_date,
        refund_amount,
        source_file,
        source_line
    from refund_rows
    where is_usable and not is_superseded
)

select * from renamed
