with

product_rows as (
    select * from {{ ref('base_shop__products_validated') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('products') }}
    from product_rows
    where not is_usable
)

select * from renamed
