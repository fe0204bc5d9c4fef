with

companies as (
    select * from {{ ref('dim_companies') }}
),

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

tested as (
    select distinct
        company_id,
        horizon_days
    from {{ ref('fct_forecast_backtests') }}
),

-- Of a company that was never tested, that of its forecast; 0 without one.
horizons as (
    select
        companies.company_id,
        coalesce(tested.horizon_days, runs.horizon_days, 0) as horizon_days
    from companies
    left join runs
        on companies.company_id = runs.company_id
    left join tested
        on companies.company_id = tested.company_id
),

final as (
    select
        company_id,
        horizon_days,
        horizon_days = max(horizon_days) over (partition by company_id) as is_longest
    from horizons
)

select * from final
