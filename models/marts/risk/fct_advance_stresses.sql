with

-- A run rate of some weeks carries no advance.
runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current and grade <> 'insufficient'
),

stresses as (
    select * from {{ ref('stg_forecasting__advance_stresses') }}
),

final as (
    select
        stresses.company_id,
        stresses.run_id,
        runs.currency,
        stresses.stress_id,
        stresses.stress_name,
        stresses.stress_rank,
        stresses.stress_note,
        stresses.is_known,
        stresses.kept_share,
        stresses.limit_per_day_amount,
        stresses.average_month_amount,
        stresses.p10_total_amount,
        stresses.p50_total_amount,
        1 - cast(stresses.p50_total_amount as double)
        / nullif(unstressed.p50_total_amount, 0) as lost_share
    from stresses
    inner join runs
        on
            stresses.company_id = runs.company_id
            and stresses.run_id = runs.run_id
    left join stresses as unstressed
        on
            stresses.company_id = unstressed.company_id
            and stresses.run_id = unstressed.run_id
            and unstressed.stress_id = 'none'
)

select * from final
