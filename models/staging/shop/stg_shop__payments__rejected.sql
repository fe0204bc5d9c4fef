with

payment_rows as (
    select * from {{ ref('base_shop__payments_validated') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('payments') }}
    from payment_rows
    where not is_usable
)

select * from renamed
