with

run_rows as (
    {{ forecast_rows('runs') }}
),

ranked as (
    select
        company_id,
        run_id,
        run_at,
        grade,
        grade_reason,
        first_revenue_date,
        last_revenue_date,
        trained_through_date,
        asked_as_of_date,
        cast(trailing_gross_amount as decimal(18, 2)) as trailing_gross_amount,
        horizon_days,
        history_day_count,
        closed_day_count,
        has_closure,
        has_negative_days,
        undeveloped_refund_share,
        members,
        calibration,
        calibration_window_count,
        backtest_window_count,
        effective_window_count,
        path_count,
        seed,
        input_hash,
        settings,
        library_versions,
        run_seconds,
        row_number() over (
            partition by company_id
            order by run_at desc, run_id desc
        ) = 1 as is_current
    from run_rows
)

select * from ranked
