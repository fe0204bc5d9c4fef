with

days as (
    select * from {{ ref('fct_daily_revenue') }}
),

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

paths as (
    select * from {{ ref('stg_forecasting__paths') }}
),

companies as (
    select * from {{ ref('dim_companies') }}
),

-- Means of days add up to the mean of their sum, as quantiles do not.
forecasts as (
    select
        paths.company_id,
        paths.forecast_date,
        cast(avg(paths.net_revenue_amount) as decimal(18, 2)) as net_revenue_amount
    from paths
    inner join runs
        on
            paths.company_id = runs.company_id
            and paths.run_id = runs.run_id
    group by all
),

-- What is known counts before what was forecast of the same day.
every_day as (
    select
        days.company_id,
        days.revenue_date,
        days.net_revenue_amount,
        false as is_forecast
    from days
    inner join companies
        on
            days.company_id = companies.company_id
            and days.revenue_date <= companies.as_of_date
    union all
    select
        forecasts.company_id,
        forecasts.forecast_date as revenue_date,
        forecasts.net_revenue_amount,
        true as is_forecast
    from forecasts
    inner join companies
        on
            forecasts.company_id = companies.company_id
            and forecasts.forecast_date > companies.as_of_date
),

final as (
    select
        every_day.company_id,
        every_day.revenue_date,
        every_day.net_revenue_amount,
        every_day.is_forecast,
        case
            when count(*) over last_90_days = 90
                then cast(
                    sum(every_day.net_revenue_amount) over last_90_days
                    as decimal(18, 2)
                )
        end as trailing_90_day_net_revenue_amount,
        companies.currency
    from every_day
    inner join companies
        on every_day.company_id = companies.company_id
    window last_90_days as (
        partition by every_day.company_id
        order by every_day.revenue_date
        rows 89 preceding
    )
)

select * from final
