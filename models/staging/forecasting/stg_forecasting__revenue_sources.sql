with

found_rows as (
    {{ forecast_rows('revenue_sources') }}
),

typed as (
    select
        company_id,
        run_id,
        window_name,
        window_start_date,
        window_end_date,
        revenue_source,
        cast(expected_amount as decimal(18, 2)) as expected_amount,
        cast(p10_amount as decimal(18, 2)) as p10_amount,
        cast(p50_amount as decimal(18, 2)) as p50_amount,
        cast(p90_amount as decimal(18, 2)) as p90_amount
    from found_rows
)

select * from typed
