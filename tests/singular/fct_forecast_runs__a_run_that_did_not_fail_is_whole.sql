-- A chart of a forecast with a horizon or a quantile missing looks like a whole one.
-- A run that failed has none of it.
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
        list_sort(list_distinct(list(horizon_days))) as horizons
    from totals
    group by all
),

expected as (
    select
        company_id,
        grade,
        if(
            grade = 'failed',
            [],
            list_sort(
                list_distinct(
                    list_filter(
                        [30, 60, 90, 120, 150], lambda days: days < horizon_days
                    )
                    || [horizon_days]
                )
            )
        ) as horizons,
        if(grade = 'failed', 0, horizon_days) as day_count,
        len({{ quantile_grid() }}) as quantile_count
    from runs
)

select
    expected.company_id,
    expected.grade,
    expected.horizons as expected_horizons,
    total_counts.horizons,
    total_counts.total_row_count,
    day_counts.day_row_count
from expected
left join total_counts
    on expected.company_id = total_counts.company_id
left join day_counts
    on expected.company_id = day_counts.company_id
where
    expected.horizons is distinct from coalesce(total_counts.horizons, [])
    or len(expected.horizons) * expected.quantile_count
    is distinct from coalesce(total_counts.total_row_count, 0)
    or expected.day_count * expected.quantile_count
    is distinct from coalesce(day_counts.day_row_count, 0)
