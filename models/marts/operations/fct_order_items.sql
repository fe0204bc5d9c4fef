with

items as (
    select
        *,
        row_number() over (
            partition by company_id, order_id order by source_file, source_line
        ) as item_number
    from {{ ref('stg_shop__order_items') }}
),

products as (
    select * from {{ ref('stg_shop__products') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

-- What an order's lines come to, up to each of them.
valued as (
    select
        *,
        cast(quantity * unit_price as decimal(18, 2)) as line_amount,
        sum(quantity * unit_price) over (
            partition by company_id, order_id order by item_number
        ) as running_amount,
        sum(quantity * unit_price) over (
            partition by company_id, order_id
        ) as total_amount,
        count(*) over (partition by company_id, order_id) as item_count
    from items
),

-- By value; by number where all lines are free.
shared as (
    select
        *,
        cast(
            if(total_amount > 0, running_amount, item_number) as decimal(18, 2)
        ) as part_through,
        cast(
            if(total_amount > 0, running_amount - line_amount, item_number - 1)
            as decimal(18, 2)
        ) as part_before,
        cast(
            if(total_amount > 0, total_amount, item_count) as decimal(18, 2)
        ) as whole
    from valued
),

final as (
    select
        shared.company_id,
        shared.order_id,
        cast(shared.item_number as bigint) as item_number,
        shared.sku,
        products.sku is not null as is_known_product,
        products.product_name,
        products.category,
        orders.order_id is not null as has_order,
        orders.order_date,
        coalesce(orders.is_paid, false) as is_paid,
        orders.channel_id,
        shared.quantity,
        shared.unit_price,
        shared.line_amount,
        {{ allotted('orders.gross_amount') }} as gross_amount,
        {{ allotted('orders.refund_amount') }} as refund_amount,
        -- The difference, and not a part of its own, which would be rounded apart.
        cast(
            case
                when orders.is_paid
                    then
                        {{ allotted('orders.gross_amount') }}
                        - {{ allotted('orders.refund_amount') }}
                when orders.order_id is not null then 0
            end as decimal(18, 2)
        ) as net_revenue_amount,
        {{ allotted('orders.discount_amount') }} as discount_amount,
        {{ allotted('orders.tax_amount') }} as tax_amount,
        cast(
            if(orders.is_paid, shared.quantity * products.unit_cost, null)
            as decimal(18, 2)
        ) as cost_amount,
        orders.currency,
        shared.source_file,
        shared.source_line
    from shared
    left join products
        on
            shared.company_id = products.company_id
            and shared.sku = products.sku
    left join orders
        on
            shared.company_id = orders.company_id
            and shared.order_id = orders.order_id
)

select * from final
