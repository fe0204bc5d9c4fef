-- Days and totals speak of one forecast only when both are taken from the same paths.
with

days as (
    select * from {{ ref('fct_revenue_forecast_daily') }}
    where model_name = 'paidnet'
),

paths as (
    select * from {{ ref('stg_forecasting__paths') }}
),

path_days as (
    select
        company_id,
        run_id,
        forecast_date,
        {{ quantiles('net_revenue_amount', quantile_grid()) }} as amounts
    from paths
    group by company_id, run_id, forecast_date
),

places as (
    select {{ each_below(quantile_grid() | length) }} as place
),

path_quantiles as (
    select
        path_days.company_id,
        path_days.run_id,
        path_days.forecast_date,
        {{ element(list_of(quantile_grid()), 'places.place + 1') }} as quantile,
        {{ element('path_days.amounts', 'places.place + 1') }} as expected_amount
    from path_days
    cross join places
)

select
    days.company_id,
    days.forecast_date,
    days.quantile,
    days.net_revenue_amount,
    path_quantiles.expected_amount
from days
left join path_quantiles
    on
        days.company_id = path_quantiles.company_id
        and days.run_id = path_quantiles.run_id
        and days.forecast_date = path_quantiles.forecast_date
        and days.quantile = path_quantiles.quantile
-- Paths and quantiles are rounded to cents apart from each other.
where
    (
        abs(days.net_revenue_amount - path_quantiles.expected_amount)
        <= 0.02 + 0.005 * abs(path_quantiles.expected_amount)
    ) is not true
