{%- set levels = ['05', '10', '25', '50', '75', '90', '95'] -%}
with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

days as (
    select * from {{ ref('fct_daily_revenue') }}
),

paths as (
    select * from {{ ref('stg_forecasting__paths') }}
),

history as (
    select
        runs.company_id,
        cast((runs.trained_through_date - days.revenue_date) // 7 as integer)
            as weeks_before_end,
        runs.trained_through_date - 7 * weeks_before_end as week_end_date,
        sum(days.net_revenue_amount) as net_revenue_amount
    from days
    inner join runs
        on
            days.company_id = runs.company_id
            and runs.trained_through_date - days.revenue_date between 0 and 52 * 7 - 1
    group by all
    having count(*) = 7
),

path_weeks as (
    select
        paths.company_id,
        paths.path_number,
        runs.last_revenue_date
        + 7 * cast((paths.forecast_date - runs.last_revenue_date + 6) // 7 as integer)
            as week_end_date,
        sum(paths.net_revenue_amount) as net_revenue_amount
    from paths
    inner join runs
        on
            paths.company_id = runs.company_id
            and paths.run_id = runs.run_id
    group by all
    having count(*) = 7
),

forecast as (
    select
        company_id,
        week_end_date,
        quantile_cont(
            net_revenue_amount, [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
        ) as quantiles
    from path_weeks
    group by all
),

weeks as (
    select
        company_id,
        week_end_date,
        false as is_forecast,
        net_revenue_amount,
        -- Forecast lines begin where history ends, so that a chart joins them.
        if(
            weeks_before_end = 0,
            list_resize(list_value(net_revenue_amount), 7, net_revenue_amount),
            null
        ) as quantiles
    from history
    union all
    select
        company_id,
        week_end_date,
        true as is_forecast,
        null as net_revenue_amount,
        quantiles
    from forecast
),

final as (
    select
        weeks.company_id,
        weeks.week_end_date,
        weeks.is_forecast,
        cast(weeks.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        {% for level in levels %}
            cast(weeks.quantiles[{{ loop.index }}] as decimal(18, 2))
                as p{{ level }}_amount,
        {% endfor %}
        runs.currency
    from weeks
    inner join runs
        on weeks.company_id = runs.company_id
)

select * from final
