-- More days bring more, unless days may be negative.
with

totals as (
    select * from {{ ref('fct_revenue_forecast_totals') }}
),

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where not has_negative_days
)

select
    totals.company_id,
    totals.model_name,
    totals.horizon_days,
    totals.quantile,
    totals.total_net_revenue_amount
from totals
inner join runs
    on
        totals.company_id = runs.company_id
        and totals.run_id = runs.run_id
qualify
    totals.total_net_revenue_amount < lag(totals.total_net_revenue_amount) over (
        partition by totals.company_id, totals.model_name, totals.quantile
        order by totals.horizon_days
    )
