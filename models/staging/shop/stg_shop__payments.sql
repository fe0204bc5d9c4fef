with

validated as (
    select * from {{ ref('base_shop__payments_validated') }}
),

accepted as (
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
    from validated
    where is_usable and not is_superseded
)

select * from accepted
