with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

backtests as (
    select * from {{ ref('stg_forecasting__customer_backtests') }}
),

final as (
    select
        backtests.company_id,
        backtests.cutoff_date,
        backtests.window_days,
        runs.currency,
        backtests.model_name,
        backtests.customer_count,
        backtests.actual_total_amount,
        backtests.expected_total_amount,
        cast(
            backtests.expected_total_amount - backtests.actual_total_amount as double
        ) / nullif(backtests.actual_total_amount, 0) as total_bias_share,
        backtests.mean_absolute_error,
        backtests.root_mean_squared_error,
        backtests.crps,
        backtests.rank_correlation,
        backtests.decile_error_share,
        backtests.inside_80_share,
        backtests.buyer_count,
        backtests.expected_buyers,
        backtests.model_weight
    from backtests
    inner join runs
        on
            backtests.company_id = runs.company_id
            and backtests.run_id = runs.run_id
)

select * from final
