with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

days as (
    select * from {{ ref('fct_daily_revenue') }}
),

totals as (
    select * from {{ ref('fct_revenue_forecast_totals') }}
    where model_name = 'paidnet'
),

run_rates as (
    select
        runs.company_id,
        runs.currency,
        sum(days.net_revenue_amount) as net_revenue_amount,
        count(*) as day_count
    from runs
    inner join days
        on
            runs.company_id = days.company_id
            and {{ days_between('days.revenue_date', 'runs.trained_through_date') }}
            between 0 and 55
    group by all
),

multiples as (
    select {{ each_of(range(5, 16) | list) }} as tenths
),

thresholds as (
    select
        totals.company_id,
        totals.run_id,
        totals.horizon_days,
        totals.model_name,
        totals.trained_through_date,
        totals.quantile,
        totals.total_net_revenue_amount,
        run_rates.currency,
        cast(multiples.tenths as double) / 10 as run_rate_multiple,
        {{ money_per(
            'run_rates.net_revenue_amount * totals.horizon_days', 'run_rates.day_count'
        ) }} as run_rate_total_amount,
        {{ money_per(
            'run_rates.net_revenue_amount * totals.horizon_days * multiples.tenths',
            'run_rates.day_count * 10'
        ) }} as threshold_amount
    from totals
    inner join run_rates
        on totals.company_id = run_rates.company_id
    cross join multiples
    where run_rates.net_revenue_amount > 0
),

final as (
    select
        company_id,
        run_id,
        horizon_days,
        run_rate_multiple,
        run_rate_total_amount,
        threshold_amount,
        {{ probability_below(
            'quantile', 'total_net_revenue_amount', 'threshold_amount'
        ) }} as probability_below,
        {{ rounded('1 - probability_below', 6) }} as probability_at_least,
        {{ probability_label(
            'quantile', 'total_net_revenue_amount', 'threshold_amount'
        ) }} as probability_label,
        model_name,
        trained_through_date,
        currency
    from thresholds
    group by
        company_id, run_id, horizon_days, run_rate_multiple, run_rate_total_amount,
        threshold_amount, model_name, trained_through_date, currency
)

select * from final
