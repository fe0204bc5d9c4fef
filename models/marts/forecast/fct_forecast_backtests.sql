with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

backtests as (
    select * from {{ ref('stg_forecasting__backtests') }}
),

final as (
    select
        backtests.company_id,
        backtests.run_id,
        backtests.cutoff_date,
        backtests.horizon_days,
        backtests.model_name,
        backtests.history_day_count,
        backtests.has_closure,
        backtests.actual_total_amount,
        backtests.run_rate_total_amount,
        backtests.p05_amount,
        backtests.p10_amount,
        backtests.p25_amount,
        backtests.p50_amount,
        backtests.p75_amount,
        backtests.p90_amount,
        backtests.p95_amount,
        backtests.crps,
        backtests.pinball,
        backtests.brier,
        backtests.pit,
        backtests.is_inside_50,
        backtests.is_inside_80,
        backtests.is_inside_90,
        backtests.is_below_p05,
        backtests.daily_pinball,
        backtests.daily_inside_90_share,
        case
            -- Near zero the share explodes and would drown all other windows.
            when
                backtests.actual_total_amount
                > greatest(0.05 * backtests.run_rate_total_amount, 0)
                then backtests.crps / backtests.actual_total_amount
        end as crps_share,
        case
            when backtests.run_rate_total_amount > 0
                then
                    backtests.daily_pinball * backtests.horizon_days
                    / backtests.run_rate_total_amount
        end as daily_pinball_share,
        runs.currency
    from backtests
    inner join runs
        on
            backtests.company_id = runs.company_id
            and backtests.run_id = runs.run_id
)

select * from final
