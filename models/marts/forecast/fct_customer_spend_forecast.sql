with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

spend as (
    select * from {{ ref('stg_forecasting__customer_spend') }}
),

final as (
    select
        spend.company_id,
        spend.customer_id,
        spend.window_name,
        spend.window_start_date,
        spend.window_end_date,
        runs.currency,
        spend.expected_amount as expected_net_revenue_amount,
        spend.p10_amount as p10_net_revenue_amount,
        spend.p50_amount as p50_net_revenue_amount,
        spend.p90_amount as p90_net_revenue_amount,
        spend.probability_of_purchase,
        spend.probability_alive,
        spend.expected_orders,
        spend.expected_order_amount,
        spend.spend_deviation_amount,
        spend.is_reconciled,
        spend.model_name,
        spend.trained_through_date
    from spend
    inner join runs
        on
            spend.company_id = runs.company_id
            and spend.run_id = runs.run_id
)

select * from final
