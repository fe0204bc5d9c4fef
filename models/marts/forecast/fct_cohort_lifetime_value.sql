with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

models as (
    select * from {{ ref('stg_forecasting__customer_models') }}
),

customers as (
    select * from {{ ref('int_customers') }}
    where cohort_month is not null
),

spend as (
    select * from {{ ref('fct_customer_spend_forecast') }}
    where window_name = '365_days'
),

cohorts as (
    select
        customers.company_id,
        customers.cohort_month,
        any_value(spend.currency) as currency,
        count(*) as cohort_customer_count,
        sum(customers.net_revenue_amount) as observed_amount,
        sum(spend.expected_net_revenue_amount) as projected_amount,
        sum(power(cast(spend.spend_deviation_amount as double), 2)) as chance_variance,
        avg(spend.probability_alive) as alive_share,
        max(spend.window_end_date) as projected_through_date,
        max(spend.trained_through_date) as trained_through_date
    from customers
    inner join spend
        on
            customers.company_id = spend.company_id
            and customers.customer_id = spend.customer_id
    group by all
),

-- Log-normal, with the mean that is expected: the variance of what customers do by
-- chance, and of how far the company's level is off. 1.2815516 deviations are a tenth.
spread as (
    select
        cohorts.*,
        ln(
            1 + cohorts.chance_variance
            / greatest(power(cohorts.projected_amount, 2), 1e-9)
        )
        + power(models.total_log_deviation, 2) as log_variance
    from cohorts
    inner join runs
        on cohorts.company_id = runs.company_id
    inner join models
        on
            runs.company_id = models.company_id
            and runs.run_id = models.run_id
),

ranges as (
    select
        {% for level, sign in [('p10', '-'), ('p90', '+')] %}
            {{ money(
                'projected_amount * exp(-0.5 * log_variance ' ~ sign
                ~ ' 1.2815516 * sqrt(log_variance))'
            ) }} as projected_{{ level }}_amount,
        {% endfor %}
        *
    from spread
),

final as (
    select
        company_id,
        cohort_month,
        currency,
        cohort_customer_count,
        cast(observed_amount as decimal(18, 2)) as observed_net_revenue_amount,
        cast(projected_amount as decimal(18, 2)) as projected_net_revenue_amount,
        projected_p10_amount,
        projected_p90_amount,
        {{ money_per('observed_amount', 'cohort_customer_count') }}
            as observed_per_customer_amount,
        {{ money_per('observed_amount + projected_amount', 'cohort_customer_count') }}
            as lifetime_value_per_customer_amount,
        {{ money_per(
            'observed_amount + projected_p10_amount', 'cohort_customer_count'
        ) }}
            as lifetime_value_p10_per_customer_amount,
        {{ money_per(
            'observed_amount + projected_p90_amount', 'cohort_customer_count'
        ) }}
            as lifetime_value_p90_per_customer_amount,
        alive_share,
        projected_through_date,
        trained_through_date
    from ranges
)

select * from final
