with

payment_rows as (
    select * from {{ ref('stg_shop__payment_rows') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('payments') }}
    from payment_rows
    where not is_usable
)

select * from renamed
