with

order_rows as (
    select * from {{ ref('stg_shop__order_rows') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('orders') }}
    from order_rows
    where not is_usable
)

select * from renamed
