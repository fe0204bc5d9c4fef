with

advance_rows as (
    {{ forecast_rows('advances') }}
),

typed as (
    select
        company_id,
        run_id,
        stress_id,
        stress_name,
        stress_rank,
        advance_months,
        cast(advance_amount as decimal(18, 2)) as advance_amount,
        fee_rate,
        remittance_share,
        is_standard_terms,
        cast(total_due_amount as decimal(18, 2)) as total_due_amount,
        horizon_days,
        probability_repaid_by_30,
        probability_repaid_by_60,
        probability_repaid_by_90,
        probability_repaid_by_120,
        probability_repaid_by_150,
        expected_repayment_day,
        repayment_day_p10,
        repayment_day_p50,
        repayment_day_p90,
        cast(expected_shortfall_amount as decimal(18, 2)) as expected_shortfall_amount,
        return_p10,
        return_p50,
        return_p90,
        annual_return
    from advance_rows
)

select * from typed
