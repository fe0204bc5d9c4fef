{%- set levels = [5, 10, 25, 50, 75, 90, 95] -%}
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

dated as (
    select
        runs.company_id,
        runs.trained_through_date,
        days.net_revenue_amount,
        {{ days_between('days.revenue_date', 'runs.trained_through_date') }}
            as days_before_end
    from days
    inner join runs
        on days.company_id = runs.company_id
),

history as (
    select
        company_id,
        {{ whole('days_before_end', 7) }} as weeks_before_end,
        max(trained_through_date - cast(days_before_end as integer)) as week_end_date,
        cast(sum(net_revenue_amount) as decimal(18, 2)) as net_revenue_amount
    from dated
    where days_before_end between 0 and 52 * 7 - 1
    group by all
    having count(*) = 7
),

path_weeks as (
    select
        paths.company_id,
        paths.path_number,
        {{ whole(
            days_between('runs.last_revenue_date', 'paths.forecast_date') ~ ' - 1', 7
        ) }} as week_number,
        max(paths.forecast_date) as week_end_date,
        sum(paths.net_revenue_amount) as net_revenue_amount
    from paths
    inner join runs
        on
            paths.company_id = runs.company_id
            and paths.run_id = runs.run_id
    group by all
    having count(*) = 7
),

ranked as (
    select
        company_id,
        week_end_date,
        net_revenue_amount,
        row_number() over (
            partition by company_id, week_end_date
            order by net_revenue_amount
        ) - 1 as place,
        count(*) over (partition by company_id, week_end_date) - 1 as last_place
    from path_weeks
),

forecast as (
    select
        company_id,
        -- Linear between the two paths around each level, to the cent.
        {% for level in levels %}
            {%- set distance = 'abs(100 * place - %d * last_place)' % level %}
            {{ money_per(
                'sum(net_revenue_amount * greatest(100 - %s, 0))' % distance, 100
            ) }} as p{{ '%02d' % level }}_amount,
        {% endfor %}
        week_end_date
    from ranked
    group by company_id, week_end_date
),

weeks as (
    select
        company_id,
        week_end_date,
        false as is_forecast,
        -- Forecast lines begin where history ends, so that a chart joins them.
        {% for level in levels %}
            case when weeks_before_end = 0 then net_revenue_amount end
                as p{{ '%02d' % level }}_amount,
        {% endfor %}
        net_revenue_amount
    from history
    union all
    select
        company_id,
        week_end_date,
        true as is_forecast,
        {% for level in levels %}
            p{{ '%02d' % level }}_amount,
        {% endfor %}
        null as net_revenue_amount
    from forecast
),

final as (
    select
        weeks.company_id,
        weeks.week_end_date,
        weeks.is_forecast,
        cast(weeks.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        {% for level in levels %}
            weeks.p{{ '%02d' % level }}_amount,
        {% endfor %}
        runs.currency
    from weeks
    inner join runs
        on weeks.company_id = runs.company_id
)

select * from final
