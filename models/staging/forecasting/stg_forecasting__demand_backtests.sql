with

demand_rows as (
    {{ forecast_rows('demand_backtests') }}
),

typed as (
    select
        company_id,
        run_id,
        model_name,
        window_count,
        wape_share,
        coverage_80_share
    from demand_rows
)

select * from typed
