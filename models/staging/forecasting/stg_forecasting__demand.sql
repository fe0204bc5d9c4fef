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
        cumulative_expected_units,
        cumulative_p10_units,
        cumulative_p50_units,
        cumulative_p90_units,
        units_on_hand,
        probability_out,
        unit_revenue,
        model_name,
        reconciliation_factor,
        trained_through_date
    from demand_rows
)

select * from typed
