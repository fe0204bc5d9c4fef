with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

days as (
    select * from {{ ref('stg_forecasting__daily') }}
),

final as (
    select
        days.company_id,
        days.run_id,
        days.forecast_date,
        days.quantile,
        days.net_revenue_amount,
        days.model_name,
        days.trained_through_date,
        runs.currency
    from days
    inner join runs
        on
            days.company_id = runs.company_id
            and days.run_id = runs.run_id
)

select * from final
