with

daily_rows as (
    {{ forecast_rows('daily') }}
),

typed as (
    select
        company_id,
        run_id,
        forecast_date,
        -- 0.06, not the 0.060000000000000005 that arithmetic may leave.
        round(quantile, 3) as quantile,
        cast(net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        model_name,
        trained_through_date
    from daily_rows
)

select * from typed
