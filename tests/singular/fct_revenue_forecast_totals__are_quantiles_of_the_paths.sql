-- Days and totals speak of one forecast only when both are taken from the same paths.
with

totals as (
    select * from {{ ref('fct_revenue_forecast_totals') }}
    where model_name = 'paidnet'
),

runs as (
    select * from {{ ref('fct_forecast_runs') }}
),

paths as (
    select * from {{ ref('stg_forecasting__paths') }}
),

horizons as (
    select distinct
        company_id,
        run_id,
        horizon_days
    from totals
),

path_totals as (
    select
        horizons.company_id,
        horizons.run_id,
        horizons.horizon_days,
        paths.path_number,
        sum(paths.net_revenue_amount) as total_amount
    from horizons
    inner join runs
        on
            horizons.company_id = runs.company_id
            and horizons.run_id = runs.run_id
    inner join paths
        on
            horizons.company_id = paths.company_id
            and horizons.run_id = paths.run_id
            and paths.forecast_date
            <= runs.last_revenue_date + cast(horizons.horizon_days as integer)
    group by all
),

path_horizons as (
    select
        company_id,
        run_id,
        horizon_days,
        {{ quantiles('total_amount', quantile_grid()) }} as amounts
    from path_totals
    group by company_id, run_id, horizon_days
),

places as (
    select {{ each_below(quantile_grid() | length) }} as place
),

path_quantiles as (
    select
        path_horizons.company_id,
        path_horizons.run_id,
        path_horizons.horizon_days,
        {{ element(list_of(quantile_grid()), 'places.place + 1') }} as quantile,
        {{ element('path_horizons.amounts', 'places.place + 1') }} as expected_amount
    from path_horizons
    cross join places
)

select
    totals.company_id,
    totals.horizon_days,
    totals.quantile,
    totals.total_net_revenue_amount,
    path_quantiles.expected_amount
from totals
left join path_quantiles
    on
        totals.company_id = path_quantiles.company_id
        and totals.run_id = path_quantiles.run_id
        and totals.horizon_days = path_quantiles.horizon_days
        and totals.quantile = path_quantiles.quantile
-- Each day of a path is rounded to cents, which may add up.
where
    (
        abs(totals.total_net_revenue_amount - path_quantiles.expected_amount)
        <= 0.01 * totals.horizon_days + 0.005 * abs(path_quantiles.expected_amount)
    ) is not true
