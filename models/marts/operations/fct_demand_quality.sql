with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

backtests as (
    select * from {{ ref('stg_forecasting__demand_backtests') }}
),

final as (
    select
        backtests.company_id,
        backtests.model_name,
        backtests.window_count,
        backtests.wape_share,
        backtests.coverage_80_share
    from backtests
    inner join runs
        on
            backtests.company_id = runs.company_id
            and backtests.run_id = runs.run_id
)

select * from final
