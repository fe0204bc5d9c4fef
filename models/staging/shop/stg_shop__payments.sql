with

payment_rows as (
    select * from {{ ref('base_shop__payments_validated') }}
),

renamed as (
    select
        company_id,
        payment_id,
        order_id,
        payment_method,
        payment_amount,
        paid_at,
        paid_date,
        status,
        is_successful,
        source_file,
        source_line
    from payment_rows
    where is_usable and not is_superseded
)

select * from renamed
