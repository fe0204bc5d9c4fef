{%- set rules = column_rules('order_items') -%}
with

raw_order_items as (
    {{ landed('order_items') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

-- Files that gave orders too: their items are lines of these.
order_files as (
    select distinct
        company_id,
        source_file
    from {{ ref('stg_shop__uploads') }}
    where entity = 'orders'
),

typed as (
    select
        raw_order_items.*,
        order_files.source_file is not null as is_of_orders_file,
        companies.company_id is not null as is_known_company,
        {{ whole_number('raw_order_items.quantity') }} as unit_quantity,
        {{ amount('raw_order_items.unit_price') }} as price
    from raw_order_items
    left join companies
        on raw_order_items.company_id = companies.company_id
    left join order_files
        on
            raw_order_items.company_id = order_files.company_id
            and raw_order_items.source_file = order_files.source_file
),

checked as (
    select
        *,
        case when not is_known_company then 'unknown_company' end as company_id_error,
        {{ column_error(rules, 'order_id', 'order_id') }} as order_id_error,
        {{ column_error(rules, 'sku', 'sku') }} as sku_error,
        {{ column_error(rules, 'quantity', 'unit_quantity') }} as quantity_error,
        {{ column_error(rules, 'unit_price', 'price') }} as unit_price_error
    from typed
),

validated as (
    select
        *,
        {{ has_no_error(rules) }} as is_usable
    from checked
),

-- Lines have no id, so an order's lines are replaced as a whole, file by file: what a
-- company says its items are comes before the lines of an export of orders.
deduplicated as (
    select
        company_id,
        order_id,
        sku,
        unit_quantity as quantity,
        price as unit_price,
        source_file,
        source_line,
        is_usable,
        is_usable and dense_rank() over versions > 1 as is_superseded,
        is_usable
        and is_of_orders_file
        and not first_value(is_of_orders_file) over versions as is_set_aside,
        case when not is_usable then {{ rejections(rules) }} end as rejections
    from validated
    window
        versions as (
            partition by company_id, order_id, is_usable
            order by
                is_of_orders_file asc,
                coalesce(exported_at, landed_at) desc nulls last,
                landed_at desc nulls last,
                source_file desc
        )
)

select * from deduplicated
