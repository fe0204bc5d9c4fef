-- Without a row a page would show no capacity, as if there were no forecast.
with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

capacities as (
    select * from {{ ref('fct_advance_capacity') }}
    where is_standard_terms
),

counts as (
    select
        company_id,
        count(*) as stress_count
    from capacities
    group by all
)

select
    runs.company_id,
    runs.grade,
    counts.stress_count
from runs
left join counts
    on runs.company_id = counts.company_id
where
    coalesce(counts.stress_count, 0)
    is distinct from if(runs.grade in ('failed', 'insufficient'), 0, 9)
