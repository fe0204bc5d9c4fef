with

companies as (
    select * from {{ ref('dim_companies') }}
),

runs as (
    select * from {{ ref('stg_forecasting__runs') }}
),

final as (
    select
        runs.company_id,
        runs.run_id,
        runs.run_at,
        runs.grade,
        runs.grade_reason,
        runs.first_revenue_date,
        runs.last_revenue_date,
        runs.trained_through_date,
        runs.asked_as_of_date,
        runs.trailing_gross_amount,
        runs.horizon_days,
        runs.history_day_count,
        runs.closed_day_count,
        runs.has_closure,
        runs.has_negative_days,
        runs.undeveloped_refund_share,
        runs.members,
        runs.calibration,
        runs.calibration_window_count,
        runs.backtest_window_count,
        runs.effective_window_count,
        runs.path_count,
        runs.seed,
        runs.input_hash,
        runs.settings,
        runs.library_versions,
        runs.run_seconds,
        runs.is_current,
        companies.currency
    from runs
    inner join companies
        on runs.company_id = companies.company_id
)

select * from final
