with

demand_rows as (
    {{ forecast_rows('demand') }}
),

typed as (
    select
        company_id,
        run_id,
        sku,
        week_number,
        week_end_date,
        expected_units,
        expected_units_to_date,
        p10_units_to_date,
        p50_units_to_date,
        p90_units_to_date,
        units_on_hand,
        probability_out,
        unit_revenue,
        model_name,
        reconciliation_factor,
        trained_through_date
    from demand_rows
)

select * from typed
