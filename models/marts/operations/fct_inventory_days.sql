with

days as (
    select * from {{ ref('int_stock_days') }}
),

product_days as (
    select * from {{ ref('int_product_stock_days') }}
),

products as (
    select * from {{ ref('dim_products') }}
),

companies as (
    select * from {{ ref('dim_companies') }}
),

-- What is the product's is split among its warehouses as its sales are: it adds up.
joined as (
    select
        days.*,
        coalesce(products.product_name, days.sku) as product_name,
        coalesce(products.category, 'Without a category') as category,
        companies.currency,
        product_days.is_stock_out as is_product_out,
        product_days.units_on_hand as product_units_on_hand,
        product_days.daily_units,
        product_days.units_lost / count(*) over of_product as units_lost,
        product_days.kept_price
    from days
    inner join product_days
        on
            days.company_id = product_days.company_id
            and days.sku = product_days.sku
            and days.inventory_date = product_days.inventory_date
    inner join companies
        on days.company_id = companies.company_id
    left join products
        on
            days.company_id = products.company_id
            and days.sku = products.sku
    window of_product as (partition by days.company_id, days.sku, days.inventory_date)
),

final as (
    select
        company_id,
        inventory_date,
        sku,
        warehouse_id,
        product_name,
        category,
        is_counted,
        days_since_count,
        {{ rounded('units_on_hand', 4) }} as units_on_hand,
        {{ rounded('units_sold', 4) }} as units_sold,
        is_stock_out,
        is_product_out,
        {{ rounded('daily_units', 4) }} as product_daily_units,
        {{ rounded('product_units_on_hand / nullif(daily_units, 0)', 1) }}
            as days_of_cover,
        {{ rounded('units_lost', 4) }} as units_lost,
        {{ money('units_lost * coalesce(kept_price, 0)') }} as lost_revenue_amount,
        inventory_date = max(inventory_date) over (
            partition by company_id, sku, warehouse_id
        ) as is_latest,
        currency
    from joined
)

select * from final
