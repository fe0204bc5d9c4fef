with

listed as (
    select * from {{ ref('stg_shop__products') }}
),

items as (
    select * from {{ ref('fct_order_items') }}
),

sold as (
    select
        company_id,
        sku,
        count(distinct order_id) filter (where is_paid) as paid_order_count,
        coalesce(sum(quantity) filter (where is_paid), 0) as unit_count,
        coalesce(sum(net_revenue_amount) filter (where is_paid), 0)
            as net_revenue_amount,
        coalesce(sum(refund_amount) filter (where is_paid), 0) as refund_amount,
        coalesce(sum(gross_amount) filter (where is_paid), 0) as gross_amount,
        min(order_date) filter (where is_paid) as first_order_date,
        max(order_date) filter (where is_paid) as last_order_date
    from items
    group by all
),

products as (
    select
        company_id,
        sku
    from listed
    union distinct
    select
        company_id,
        sku
    from sold
),

final as (
    select
        products.company_id,
        products.sku,
        coalesce(listed.product_name, products.sku) as product_name,
        coalesce(listed.category, 'Without a category') as category,
        listed.unit_cost,
        listed.lead_time_day_count,
        listed.sku is not null as is_listed,
        coalesce(sold.paid_order_count, 0) as paid_order_count,
        cast(coalesce(sold.unit_count, 0) as bigint) as unit_count,
        cast(coalesce(sold.net_revenue_amount, 0) as decimal(18, 2))
            as net_revenue_amount,
        cast(sold.refund_amount as double) / nullif(sold.gross_amount, 0)
            as refund_value_rate,
        sold.first_order_date,
        sold.last_order_date
    from products
    left join listed
        on
            products.company_id = listed.company_id
            and products.sku = listed.sku
    left join sold
        on
            products.company_id = sold.company_id
            and products.sku = sold.sku
)

select * from final
