with

backtest_rows as (
    {{ forecast_rows('backtests') }}
),

typed as (
    select
        company_id,
        run_id,
        cutoff_date,
        horizon_days,
        model_name,
        history_day_count,
        has_closure,
        cast(actual_total_amount as decimal(18, 2)) as actual_total_amount,
        cast(run_rate_total_amount as decimal(18, 2)) as run_rate_total_amount,
        cast(p05_amount as decimal(18, 2)) as p05_amount,
        cast(p10_amount as decimal(18, 2)) as p10_amount,
        cast(p25_amount as decimal(18, 2)) as p25_amount,
        cast(p50_amount as decimal(18, 2)) as p50_amount,
        cast(p75_amount as decimal(18, 2)) as p75_amount,
        cast(p90_amount as decimal(18, 2)) as p90_amount,
        cast(p95_amount as decimal(18, 2)) as p95_amount,
        crps,
        pinball,
        brier,
        pit,
        is_inside_50,
        is_inside_80,
        is_inside_90,
        is_below_p05,
        daily_pinball,
        daily_inside_90_share,
        step_inside_90_share
    from backtest_rows
)

select * from typed
