with

found_rows as (
    {{ forecast_rows('customer_spend') }}
),

typed as (
    select
        company_id,
        run_id,
        window_name,
        window_start_date,
        window_end_date,
        customer_id,
        cast(expected_amount as decimal(18, 2)) as expected_amount,
        cast(p10_amount as decimal(18, 2)) as p10_amount,
        cast(p50_amount as decimal(18, 2)) as p50_amount,
        cast(p90_amount as decimal(18, 2)) as p90_amount,
        probability_of_purchase,
        probability_alive,
        expected_orders,
        cast(expected_order_amount as decimal(18, 2)) as expected_order_amount,
        cast(spend_deviation_amount as decimal(18, 2)) as spend_deviation_amount,
        is_reconciled,
        model_name,
        trained_through_date
    from found_rows
)

select * from typed
