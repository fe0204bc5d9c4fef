with

component_rows as (
    {{ forecast_rows('components') }}
),

typed as (
    select
        company_id,
        run_id,
        horizon_days,
        component_id,
        cast(net_revenue_amount as decimal(18, 2)) as net_revenue_amount
    from component_rows
)

select * from typed
