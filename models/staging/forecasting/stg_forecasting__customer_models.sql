with

found_rows as (
    {{ forecast_rows('customer_models') }}
),

typed as (
    select
        company_id,
        run_id,
        model_name,
        customer_count,
        purchase_r,
        purchase_alpha,
        purchase_a,
        purchase_b,
        value_p,
        value_q,
        value_v,
        kept_share,
        orders_per_day,
        window_count,
        trees_weight_30,
        trees_weight_90,
        total_log_deviation,
        trained_through_date
    from found_rows
)

select * from typed
