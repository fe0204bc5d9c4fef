with

order_rows as (
    select * from {{ ref('base_shop__orders_validated') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('orders') }}
    from order_rows
    where not is_usable
)

select * from renamed
