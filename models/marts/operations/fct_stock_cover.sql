with

companies as (
    select * from {{ ref('dim_companies') }}
),

products as (
    select
        *,
        cast(net_revenue_amount as double) / nullif(unit_count, 0) as unit_revenue
    from {{ ref('dim_products') }}
),

forecasts as (
    select * from {{ ref('fct_revenue_forecast_totals') }}
    where model_name = 'paidnet' and quantile = 0.5 and horizon_days = 60
),

latest as (
    select
        company_id,
        sku,
        inventory_date,
        sum(units_on_hand) as units_on_hand,
        max(product_daily_units) as daily_units,
        bool_and(is_product_out) as is_out
    from {{ ref('fct_inventory_days') }}
    where is_latest
    group by company_id, sku, inventory_date
    qualify inventory_date = max(inventory_date) over (partition by company_id, sku)
),

outs as (
    select
        stock.company_id,
        stock.sku,
        count(distinct stock.inventory_date) filter (where stock.is_product_out)
            as stock_out_day_count,
        sum(stock.units_lost) as units_lost,
        sum(stock.lost_revenue_amount) as lost_revenue_amount
    from {{ ref('fct_inventory_days') }} as stock
    inner join companies
        on stock.company_id = companies.company_id
    where stock.inventory_date > companies.as_of_date - 365
    group by stock.company_id, stock.sku
),

-- How much faster all is forecast to sell than lately; products keep their shares.
paces as (
    select
        companies.company_id,
        cast(greatest(any_value(forecasts.total_net_revenue_amount), 0) as double) / 60
        / nullif(greatest(avg(cast(revenue.net_revenue_amount as double)), 0), 0)
            as pace
    from companies
    inner join forecasts
        on companies.company_id = forecasts.company_id
    inner join {{ ref('fct_daily_revenue') }} as revenue
        on
            companies.company_id = revenue.company_id
            and revenue.revenue_date > companies.as_of_date - 28
    group by companies.company_id
),

joined as (
    select
        latest.*,
        coalesce(products.product_name, latest.sku) as product_name,
        coalesce(products.category, 'Without a category') as category,
        products.unit_revenue,
        companies.currency,
        latest.inventory_date >= companies.as_of_date as is_current,
        latest.daily_units * paces.pace as forecast_daily_units,
        coalesce(outs.stock_out_day_count, 0) as stock_out_day_count,
        coalesce(outs.units_lost, 0) as units_lost,
        coalesce(outs.lost_revenue_amount, 0) as lost_revenue_amount
    from latest
    inner join companies
        on latest.company_id = companies.company_id
    left join products
        on latest.company_id = products.company_id and latest.sku = products.sku
    left join paces
        on latest.company_id = paces.company_id
    left join outs
        on latest.company_id = outs.company_id and latest.sku = outs.sku
),

final as (
    select
        company_id,
        sku,
        product_name,
        category,
        inventory_date,
        is_current,
        is_out,
        {{ rounded('units_on_hand', 1) }} as units_on_hand,
        {{ rounded('daily_units', 4) }} as daily_units,
        {{ rounded('units_on_hand / nullif(daily_units, 0)', 1) }} as days_of_cover,
        {{ rounded('forecast_daily_units', 4) }} as forecast_daily_units,
        {{ rounded('units_on_hand / nullif(forecast_daily_units, 0)', 1) }}
            as forecast_days_of_cover,
        {{ money('60 * forecast_daily_units * unit_revenue') }} as needed_60_amount,
        -- With a rate that is not known `least` would be the stock.
        case
            when forecast_daily_units >= 0
                then
                    {{ money(
                        'least(units_on_hand, 60 * forecast_daily_units) * unit_revenue'
                    ) }}
        end as covered_60_amount,
        stock_out_day_count,
        {{ rounded('units_lost', 1) }} as units_lost,
        cast(lost_revenue_amount as decimal(18, 2)) as lost_revenue_amount,
        currency
    from joined
)

select * from final
