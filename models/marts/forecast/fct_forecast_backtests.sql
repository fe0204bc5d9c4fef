with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

backtests as (
    select
        *,
        -- Near zero a share explodes and would drown all other windows.
        case
            when actual_total_amount > greatest(0.05 * run_rate_total_amount, 0)
                then cast(actual_total_amount as double)
        end as scale_amount
    from {{ ref('stg_forecasting__backtests') }}
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
        backtests.step_inside_90_share,
        backtests.crps / backtests.scale_amount as crps_share,
        abs(backtests.p50_amount - backtests.actual_total_amount)
        / backtests.scale_amount as error_share,
        (backtests.p90_amount - backtests.p10_amount)
        / backtests.scale_amount as width_80_share,
        -- Ten times the distance of an actual outside: 2 / 0.2.
        (
            backtests.p90_amount - backtests.p10_amount
            + 10 * greatest(
                backtests.p10_amount - backtests.actual_total_amount,
                backtests.actual_total_amount - backtests.p90_amount,
                0
            )
        ) / backtests.scale_amount as interval_score_80_share,
        greatest(
            cast(backtests.actual_total_amount - backtests.p50_amount as double)
            / nullif(backtests.p90_amount - backtests.p50_amount, 0),
            cast(backtests.p50_amount - backtests.actual_total_amount as double)
            / nullif(backtests.p50_amount - backtests.p10_amount, 0)
        ) as needed_width_80,
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
