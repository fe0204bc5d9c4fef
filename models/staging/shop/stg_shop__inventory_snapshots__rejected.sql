with

inventory_snapshot_rows as (
    select * from {{ ref('base_shop__inventory_snapshots_validated') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('inventory_snapshots') }}
    from inventory_snapshot_rows
    where not is_usable
)

select * from renamed
