with

found_rows as (
    {{ forecast_rows('customer_backtests') }}
),

typed as (
    select
        company_id,
        run_id,
        cutoff_date,
        window_days,
        model_name,
        customer_count,
        cast(actual_total_amount as decimal(18, 2)) as actual_total_amount,
        cast(expected_total_amount as decimal(18, 2)) as expected_total_amount,
        mean_absolute_error,
        root_mean_squared_error,
        crps,
        rank_correlation,
        decile_error_share,
        inside_80_share,
        buyer_count,
        expected_buyers,
        model_weight
    from found_rows
)

select * from typed
