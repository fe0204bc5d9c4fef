with

product_rows as (
    select * from {{ ref('base_shop__products_validated') }}
),

renamed as (
    select
        company_id,
        sku,
        product_name,
        category,
        unit_cost,
        source_file,
        source_line
    from product_rows
    where is_usable and not is_superseded
)

select * from renamed
