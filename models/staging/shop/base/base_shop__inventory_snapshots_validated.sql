{%- set judged_columns = [
    'company_id', 'sku', 'warehouse_id', 'snapshot_date', 'quantity_on_hand',
] -%}
with

raw_snapshots as (
    {{ landed('inventory_snapshots') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

typed as (
    select
        raw_snapshots.*,
        nullif(trim(raw_snapshots.sku), '') as sku_key,
        nullif(trim(raw_snapshots.warehouse_id), '') as warehouse_key,
        companies.company_id is not null as is_known_company,
        try_cast(raw_snapshots.snapshot_date as date) as counted_date,
        {{ whole_number('raw_snapshots.quantity_on_hand') }} as unit_quantity
    from raw_snapshots
    left join companies
        on raw_snapshots.company_id = companies.company_id
),

judged as (
    select
        *,
        case when not is_known_company then 'unknown_company' end as company_id_fault,
        case when sku_key is null then 'missing_value' end as sku_fault,
        case when warehouse_key is null then 'missing_value' end as warehouse_id_fault,
        case
            when
                counted_date >= '{{ var("earliest_order_date") }}'
                and counted_date < current_date + 2
                then null
            when counted_date is not null then 'date_out_of_range'
            when nullif(trim(snapshot_date), '') is null then 'missing_value'
            else 'invalid_date'
        end as snapshot_date_fault,
        {{ quantity_fault('quantity_on_hand', 'unit_quantity') }}
            as quantity_on_hand_fault
    from typed
),

sorted as (
    select
        *,
        {{ has_no_fault(judged_columns) }} as is_usable
    from judged
),

renamed as (
    select
        company_id,
        sku_key as sku,
        warehouse_key as warehouse_id,
        counted_date as snapshot_date,
        unit_quantity as quantity_on_hand,
        source_file,
        source_line,
        is_usable,
        {{ is_older_version('sku_key, warehouse_key, counted_date') }} as is_superseded,
        case when not is_usable then {{ rejections(judged_columns) }} end as rejections
    from sorted
)

select * from renamed
