with

order_item_rows as (
    select * from {{ ref('base_shop__order_items_validated') }}
),

renamed as (
    select
        company_id,
        order_id,
        sku,
        quantity,
        unit_price,
        source_file,
        source_line
    from order_item_rows
    where is_usable and not is_superseded
)

select * from renamed
