with

customers as (
    select * from {{ ref('int_customers') }}
),

profiles as (
    select * from {{ ref('stg_shop__customers') }}
),

companies as (
    select * from {{ ref('dim_companies') }}
),

scores as (
    select * from {{ ref('int_customer_scores') }}
),

first_orders as (
    select
        company_id,
        customer_id,
        net_revenue_amount
    from {{ ref('fct_orders') }}
    where paid_order_number = 1
),

runs as (
    select * from {{ ref('stg_forecasting__runs') }}
    where is_current
),

forecasts as (
    select * from {{ ref('stg_forecasting__customer_spend') }}
    where window_name = '365_days'
),

predictions as (
    select
        forecasts.company_id,
        forecasts.customer_id,
        forecasts.expected_amount,
        forecasts.probability_alive
    from forecasts
    inner join runs
        on
            forecasts.company_id = runs.company_id
            and forecasts.run_id = runs.run_id
),

final as (
    select
        coalesce(customers.company_id, profiles.company_id) as company_id,
        coalesce(customers.customer_id, profiles.customer_id) as customer_id,
        customers.cohort_month,
        customers.first_paid_at,
        customers.last_paid_at,
        customers.first_paid_date,
        customers.last_paid_date,
        scores.weeks_since_first_purchase,
        scores.weeks_since_previous_purchase,
        coalesce(customers.order_count, 0) as order_count,
        coalesce(customers.paid_order_count, 0) as paid_order_count,
        companies.currency,
        coalesce(customers.gross_amount, 0) as gross_amount,
        coalesce(customers.refund_amount, 0) as refund_amount,
        coalesce(customers.net_revenue_amount, 0) as net_revenue_amount,
        coalesce(customers.net_revenue_amount, 0) as lifetime_value_amount,
        predictions.expected_amount as predicted_12_month_value_amount,
        predictions.probability_alive,
        {{ money_per('customers.net_revenue_amount', 'customers.paid_order_count') }}
            as average_order_amount,
        -- Where the log is cut off, its first order is not the customer's.
        case
            when customers.paid_order_count > 1 and not customers.has_older_orders
                then
                    first_orders.net_revenue_amount * customers.paid_order_count
                    > customers.net_revenue_amount
        end as is_first_order_above_average,
        coalesce(customers.has_older_orders, false) as has_older_orders,
        coalesce(customers.paid_order_count > 1, false) as is_repeat_customer,
        scores.is_lapsed,
        scores.lapse_gap_days,
        scores.is_lapsed_by_own_rhythm,
        scores.recency_score,
        scores.frequency_score,
        scores.monetary_score,
        scores.customer_segment,
        coalesce(profiles.signup_date, cast(customers.account_created_at as date))
            as signup_date,
        profiles.name,
        profiles.email,
        profiles.city,
        profiles.state,
        profiles.country,
        profiles.birth_date
    from customers
    full outer join profiles
        on
            customers.company_id = profiles.company_id
            and customers.customer_id = profiles.customer_id
    left join companies
        on
            coalesce(customers.company_id, profiles.company_id)
            = companies.company_id
    left join scores
        on
            customers.company_id = scores.company_id
            and customers.customer_id = scores.customer_id
    left join predictions
        on
            customers.company_id = predictions.company_id
            and customers.customer_id = predictions.customer_id
    left join first_orders
        on
            customers.company_id = first_orders.company_id
            and customers.customer_id = first_orders.customer_id
)

select * from final
