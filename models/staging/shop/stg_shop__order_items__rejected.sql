with

order_item_rows as (
    select * from {{ ref('base_shop__order_items_validated') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('order_items') }}
    from order_item_rows
    where not is_usable
)

select * from renamed
