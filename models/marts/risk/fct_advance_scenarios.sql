with

stresses as (
    select * from {{ ref('fct_advance_stresses') }}
),

advances as (
    select * from {{ ref('stg_forecasting__advances') }}
),

final as (
    select
        advances.company_id,
        advances.run_id,
        stresses.currency,
        advances.stress_id,
        advances.stress_name,
        advances.stress_rank,
        stresses.stress_note,
        advances.advance_months,
        advances.advance_amount,
        advances.fee_rate,
        advances.remittance_share,
        advances.is_standard_terms,
        advances.total_due_amount,
        advances.horizon_days,
        advances.probability_repaid_by_30,
        advances.probability_repaid_by_60,
        advances.probability_repaid_by_90,
        advances.probability_repaid_by_120,
        advances.probability_repaid_by_150,
        advances.expected_repayment_day,
        advances.repayment_day_p10,
        advances.repayment_day_p50,
        case
            when not stresses.is_known then stresses.stress_note
            when advances.repayment_day_p50 is null then 'not within the horizon'
            else {{ printed("'day %d'", ['advances.repayment_day_p50']) }}
        end as repayment_day_p50_label,
        advances.repayment_day_p90,
        case
            when not stresses.is_known then stresses.stress_note
            when advances.repayment_day_p90 is null then 'not within the horizon'
            else {{ printed("'day %d'", ['advances.repayment_day_p90']) }}
        end as repayment_day_p90_label,
        advances.expected_shortfall_amount,
        advances.return_p10,
        advances.return_p50,
        advances.return_p90,
        advances.annual_return
    from advances
    inner join stresses
        on
            advances.company_id = stresses.company_id
            and advances.run_id = stresses.run_id
            and advances.stress_id = stresses.stress_id
)

select * from final
