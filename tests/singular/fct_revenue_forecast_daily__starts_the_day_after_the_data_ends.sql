with

days as (
    select * from {{ ref('fct_revenue_forecast_daily') }}
),

runs as (
    select * from {{ ref('fct_forecast_runs') }}
)

select
    days.company_id,
    days.model_name,
    days.quantile,
    runs.last_revenue_date,
    min(days.forecast_date) as first_forecast_date,
    max(days.forecast_date) as last_forecast_date
from days
inner join runs
    on
        days.company_id = runs.company_id
        and days.run_id = runs.run_id
group by all
having
    min(days.forecast_date) is distinct from min(runs.last_revenue_date + 1)
    or max(days.forecast_date)
    is distinct from min(runs.last_revenue_date + cast(runs.horizon_days as integer))
