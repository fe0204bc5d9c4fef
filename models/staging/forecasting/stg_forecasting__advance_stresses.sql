with

stress_rows as (
    {{ forecast_rows('advance_stresses') }}
),

typed as (
    select
        company_id,
        run_id,
        stress_id,
        stress_name,
        stress_rank,
        stress_note,
        is_known,
        kept_share,
        cast(limit_per_day_amount as decimal(18, 2)) as limit_per_day_amount,
        cast(average_month_amount as decimal(18, 2)) as average_month_amount,
        cast(p10_total_amount as decimal(18, 2)) as p10_total_amount,
        cast(p50_total_amount as decimal(18, 2)) as p50_total_amount
    from stress_rows
)

select * from typed
