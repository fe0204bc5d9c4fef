with

items as (
    select * from {{ ref('stg_shop__order_items') }}
),

orders as (
    select * from {{ ref('int_orders') }}
    where is_paid
),

-- Of what the lines cost, the share that was kept of the order: discounts and refunds
-- lower all of its lines alike, shipping raises them.
final as (
    select
        items.company_id,
        items.sku,
        orders.order_date as sales_date,
        cast(sum(items.quantity) as bigint) as unit_count,
        cast(
            sum({{ in_proportion(
                'cast(items.quantity * items.unit_price as decimal(18, 2))',
                'orders.net_revenue_amount', 'orders.gross_amount'
            ) }}) as decimal(18, 2)
        ) as kept_line_amount
    from items
    inner join orders
        on
            items.company_id = orders.company_id
            and items.order_id = orders.order_id
    group by items.company_id, items.sku, orders.order_date
)

select * from final
