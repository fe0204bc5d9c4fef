with

inventory_snapshot_rows as (
    select * from {{ ref('base_shop__inventory_snapshots_validated') }}
),

renamed as (
    select
        company_id,
        sku,
        warehouse_id,
        snapshot_date,
        quantity_on_hand,
        source_file,
        source_line
    from inventory_snapshot_rows
    where is_usable and not is_superseded
)

select * from renamed
