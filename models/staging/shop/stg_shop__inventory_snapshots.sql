with

validated as (
    select * from {{ ref('base_shop__inventory_snapshots_validated') }}
),

accepted as (
    select
        company_id,
        sku,
        warehouse_id,
        snapshot_date,
        quantity_on_hand,
        source_file,
        source_line
    from validated
    where is_usable and not is_superseded
)

select * from accepted
