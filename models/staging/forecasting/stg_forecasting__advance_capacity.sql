with

capacity_rows as (
    {{ forecast_rows('advance_capacity') }}
),

typed as (
    select
        company_id,
        run_id,
        stress_id,
        stress_name,
        stress_rank,
        fee_rate,
        remittance_share,
        is_standard_terms,
        horizon_days,
        cast(capacity_90_amount as decimal(18, 2)) as capacity_90_amount,
        cast(capacity_95_amount as decimal(18, 2)) as capacity_95_amount
    from capacity_rows
)

select * from typed
