with

found_rows as (
    {{ forecast_rows('customer_deciles') }}
),

typed as (
    select
        company_id,
        run_id,
        cutoff_date,
        window_days,
        decile,
        customer_count,
        cast(expected_amount as decimal(18, 2)) as expected_amount,
        cast(actual_amount as decimal(18, 2)) as actual_amount
    from found_rows
)

select * from typed
