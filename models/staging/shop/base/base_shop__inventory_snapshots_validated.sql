{%- set rules = column_rules('inventory_snapshots') -%}
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
        companies.company_id is not null as is_known_company,
        {{ typed_value('date', 'raw_snapshots.snapshot_date') }} as counted_date,
        {{ whole_number('raw_snapshots.quantity_on_hand') }} as unit_quantity
    from raw_snapshots
    left join companies
        on raw_snapshots.company_id = companies.company_id
),

checked as (
    select
        *,
        case when not is_known_company then 'unknown_company' end as company_id_error,
        {{ column_error(rules, 'sku', 'sku') }} as sku_error,
        {{ column_error(rules, 'warehouse_id', 'warehouse_id') }}
            as warehouse_id_error,
        {{ column_error(rules, 'snapshot_date', 'counted_date') }}
            as snapshot_date_error,
        {{ column_error(rules, 'quantity_on_hand', 'unit_quantity') }}
            as quantity_on_hand_error
    from typed
),

validated as (
    select
        *,
        {{ has_no_error(rules) }} as is_usable
    from checked
),

deduplicated as (
    select
        company_id,
        sku,
        warehouse_id,
        counted_date as snapshot_date,
        unit_quantity as quantity_on_hand,
        source_file,
        source_line,
        is_usable,
        {{ is_older_version('sku, warehouse_id, counted_date') }} as is_superseded,
        case when not is_usable then {{ rejections(rules) }} end as rejections
    from validated
)

select * from deduplicated
