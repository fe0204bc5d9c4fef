with

revenue as (
    select * from {{ ref('fct_monthly_revenue') }}
),

items as (
    select * from {{ ref('fct_order_items') }}
    where has_order and is_paid
),

products as (
    select * from {{ ref('dim_products') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_paid or is_refund_without_order
),

-- A company that sends no items has no rows; of one that does, orders without items are
-- a row of their own, so that the rows of a month add up to its revenue.
with_items as (
    select distinct company_id from items
),

orders_with_items as (
    select distinct
        company_id,
        order_id
    from items
),

without_items as (
    select orders.*
    from orders
    inner join with_items
        on orders.company_id = with_items.company_id
    left join orders_with_items
        on
            orders.company_id = orders_with_items.company_id
            and orders.order_id = orders_with_items.order_id
    where orders_with_items.order_id is null
),

sold as (
    select
        company_id,
        order_id,
        order_date,
        sku,
        quantity,
        gross_amount,
        refund_amount,
        net_revenue_amount
    from items
    union all by name
    select
        company_id,
        order_id,
        order_date,
        '(none)' as sku,
        gross_amount,
        refund_amount,
        net_revenue_amount
    from without_items
),

months as (
    select
        company_id,
        cast(date_trunc('month', order_date) as date) as revenue_month,
        sku,
        count(distinct order_id) as order_count,
        coalesce(sum(quantity), 0) as unit_count,
        sum(gross_amount) as gross_amount,
        sum(refund_amount) as refund_amount,
        sum(net_revenue_amount) as net_revenue_amount
    from sold
    group by all
),

final as (
    select
        months.company_id,
        months.revenue_month,
        revenue.is_partial_month,
        months.sku,
        coalesce(products.product_name, 'Orders without items') as product_name,
        products.category,
        months.order_count,
        cast(months.unit_count as bigint) as unit_count,
        cast(months.gross_amount as decimal(18, 2)) as gross_amount,
        cast(months.refund_amount as decimal(18, 2)) as refund_amount,
        cast(months.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        companies.currency
    from months
    inner join {{ ref('dim_companies') }} as companies
        on months.company_id = companies.company_id
    left join products
        on
            months.company_id = products.company_id
            and months.sku = products.sku
    left join revenue
        on
            months.company_id = revenue.company_id
            and months.revenue_month = revenue.revenue_month
)

select * from final
