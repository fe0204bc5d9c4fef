with

total_rows as (
    {{ forecast_rows('totals') }}
),

typed as (
    select
        company_id,
        run_id,
        horizon_days,
        -- 0.06, not the 0.060000000000000005 that arithmetic may leave.
        round(quantile, 3) as quantile,
        cast(total_net_revenue_amount as decimal(18, 2)) as total_net_revenue_amount,
        model_name,
        trained_through_date
    from total_rows
)

select * from typed
