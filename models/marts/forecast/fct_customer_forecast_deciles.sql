with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

deciles as (
    select * from {{ ref('stg_forecasting__customer_deciles') }}
),

final as (
    select
        deciles.company_id,
        deciles.cutoff_date,
        deciles.window_days,
        runs.currency,
        deciles.decile,
        deciles.customer_count,
        deciles.expected_amount as expected_net_revenue_amount,
        deciles.actual_amount as actual_net_revenue_amount
    from deciles
    inner join runs
        on
            deciles.company_id = runs.company_id
            and deciles.run_id = runs.run_id
)

select * from final
