{%- set rules = column_rules('order_items') -%}
with

raw_order_items as (
    {{ landed('order_items') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

typed as (
    select
        raw_order_items.*,
        companies.company_id is not null as is_known_company,
        {{ whole_number('raw_order_items.quantity') }} as unit_quantity,
        {{ amount('raw_order_items.unit_price') }} as price
    from raw_order_items
    left join companies
        on raw_order_items.company_id = companies.company_id
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
        -- Lines have no id, so an order's lines are replaced as a whole, file by file.
        is_usable
        and dense_rank() over (
            partition by company_id, order_id, is_usable
            order by
                coalesce(exported_at, landed_at) desc nulls last,
                landed_at desc nulls last,
                source_file desc
        ) > 1 as is_superseded,
        case when not is_usable then {{ rejections(rules) }} end as rejections
    from validated
)

select * from deduplicated
