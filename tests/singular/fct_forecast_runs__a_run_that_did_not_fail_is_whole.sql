-- A chart of a forecast with a horizon or a quantile missing looks like a whole one.
-- A run that failed has none of it.
{%- set horizons = [30, 60, 90, 120, 150] %}
with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

days as (
    select * from {{ ref('fct_revenue_forecast_daily') }}
    where model_name = 'paidnet'
),

totals as (
    select * from {{ ref('fct_revenue_forecast_totals') }}
    where model_name = 'paidnet'
),

day_counts as (
    select
        company_id,
        count(*) as day_row_count
    from days
    group by all
),

total_counts as (
    select
        company_id,
        count(*) as total_row_count,
        count(distinct horizon_days) as horizon_count,
        count(distinct horizon_days) filter (
            where horizon_days in ({{ horizons | join(', ') }})
        ) as usual_horizon_count,
        max(horizon_days) as horizon_days
    from totals
    group by all
),

-- The usual horizons below that of the run, and its own.
expected as (
    select
        company_id,
        grade,
        if(grade = 'failed', 0, horizon_days) as day_count,
        if(grade = 'failed', 0, {{ count_met('horizon_days', '>', horizons) }} + 1)
            as horizon_count,
        if(grade = 'failed', 0, {{ count_met('horizon_days', '>=', horizons) }})
            as usual_horizon_count
    from runs
)

select
    expected.company_id,
    expected.grade,
    expected.day_count,
    expected.horizon_count as expected_horizon_count,
    total_counts.horizon_count,
    total_counts.usual_horizon_count,
    total_counts.total_row_count,
    day_counts.day_row_count
from expected
left join total_counts
    on expected.company_id = total_counts.company_id
left join day_counts
    on expected.company_id = day_counts.company_id
where
    expected.day_count <> coalesce(total_counts.horizon_days, 0)
    or expected.horizon_count <> coalesce(total_counts.horizon_count, 0)
    or expected.usual_horizon_count <> coalesce(total_counts.usual_horizon_count, 0)
    or expected.horizon_count * {{ quantile_grid() | length }}
    <> coalesce(total_counts.total_row_count, 0)
    or expected.day_count * {{ quantile_grid() | length }}
    <> coalesce(day_counts.day_row_count, 0)
