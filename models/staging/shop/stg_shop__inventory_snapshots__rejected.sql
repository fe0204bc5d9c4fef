with

inventory_snapshot_rows as (
    select * from {{ ref('stg_shop__inventory_snapshot_rows') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('inventory_snapshots') }}
    from inventory_snapshot_rows
    where not is_usable
)

select * from renamed
