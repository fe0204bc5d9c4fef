-- A warning only: orders that came in after a run make it older, not wrong. The next
-- `python -m forecasting` reads them.
{{ config(severity = 'warn') }}

with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

days as (
    select * from {{ ref('fct_daily_revenue') }}
),

last_days as (
    select
        company_id,
        max(revenue_date) as last_revenue_date
    from days
    group by all
)

select
    runs.company_id,
    runs.run_at,
    runs.last_revenue_date as known_through_date,
    last_days.last_revenue_date
from runs
left join last_days
    on runs.company_id = last_days.company_id
where runs.last_revenue_date is distinct from last_days.last_revenue_date
