with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

demand as (
    select * from {{ ref('stg_forecasting__demand') }}
),

products as (
    select * from {{ ref('dim_products') }}
),

final as (
    select
        demand.company_id,
        demand.sku,
        coalesce(products.product_name, demand.sku) as product_name,
        coalesce(products.category, 'Without a category') as category,
        demand.week_number,
        demand.week_end_date - 6 as week_start_date,
        demand.week_end_date,
        demand.expected_units,
        demand.cumulative_expected_units,
        demand.cumulative_p10_units,
        demand.cumulative_p50_units,
        demand.cumulative_p90_units,
        {{ money('demand.expected_units * coalesce(demand.unit_revenue, 0)') }}
            as expected_revenue_amount,
        demand.units_on_hand,
        demand.probability_out,
        demand.model_name,
        demand.reconciliation_factor,
        demand.trained_through_date,
        runs.currency
    from demand
    inner join runs
        on
            demand.company_id = runs.company_id
            and demand.run_id = runs.run_id
    left join products
        on
            demand.company_id = products.company_id
            and demand.sku = products.sku
)

select * from final
