with

validated as (
    select * from {{ ref('base_shop__order_items_validated') }}
),

kept_orders as (
    select * from {{ ref('base_shop__orders_kept') }}
),

kept_ids as (
    select
        company_id,
        exported_order_id,
        min(order_id) as order_id,
        any_value(same_id_order_count) as order_count
    from kept_orders
    group by all
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
),

-- Where each row of a file is an order of its own, an item is of the order of its own
-- line, else of the only order that has the id it names.
matched as (
    select
        accepted.company_id,
        case
            when line_orders.order_id is not null then line_orders.order_id
            when kept_ids.order_count = 1 then kept_ids.order_id
            else accepted.order_id
        end as order_id,
        line_orders.order_id is null and coalesce(kept_ids.order_count > 1, false)
            as has_several_orders,
        accepted.sku,
        accepted.quantity,
        accepted.unit_price,
        accepted.source_file,
        accepted.source_line
    from accepted
    left join kept_ids
        on
            accepted.company_id = kept_ids.company_id
            and accepted.order_id = kept_ids.exported_order_id
    left join kept_orders as line_orders
        on
            accepted.company_id = line_orders.company_id
            and accepted.order_id = line_orders.exported_order_id
            and accepted.source_file = line_orders.source_file
            and accepted.source_line = line_orders.source_line
)

select * from matched
