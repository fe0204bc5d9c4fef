with

product_rows as (
    select * from {{ ref('stg_shop__product_rows') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('products') }}
    from product_rows
    where not is_usable
)

select * from renamed
