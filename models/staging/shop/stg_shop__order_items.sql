with

validated as (
    select * from {{ ref('base_shop__order_items_validated') }}
),

accepted as (
    select
        company_id,
        order_id,
        sku,
        quantity,
        unit_price,
        source_file,
        source_line
    from validated
    where is_usable and not is_superseded
)

select * from accepted
