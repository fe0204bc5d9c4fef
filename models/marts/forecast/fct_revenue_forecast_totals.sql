{{ config(post_hook="{{ create_probability_macros(this) }}") }}

with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

totals as (
    select * from {{ ref('stg_forecasting__totals') }}
),

final as (
    select
        totals.company_id,
        totals.run_id,
        totals.horizon_days,
        totals.quantile,
        totals.total_net_revenue_amount,
        totals.model_name,
        totals.trained_through_date,
        runs.currency
    from totals
    inner join runs
        on
            totals.company_id = runs.company_id
            and totals.run_id = runs.run_id
)

select * from final
