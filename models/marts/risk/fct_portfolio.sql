with

companies as (
    select * from {{ ref('dim_companies') }}
),

summaries as (
    select * from {{ ref('fct_company_summary') }}
),

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

-- The days forecast, a year before, where the log holds them all: of the same season.
year_before as (
    select
        runs.company_id,
        cast(sum(days.net_revenue_amount) as decimal(18, 2)) as year_before_amount
    from runs
    inner join days
        on
            runs.company_id = days.company_id
            and {{ days_between('days.revenue_date', 'runs.trained_through_date') }}
            between 365 - runs.horizon_days and 364
    group by runs.company_id, runs.horizon_days
    having count(*) = runs.horizon_days
),

forecasts as (
    select
        totals.company_id,
        year_before.year_before_amount,
        max(totals.total_net_revenue_amount) filter (where totals.quantile = 0.1)
            as p10_amount,
        max(totals.total_net_revenue_amount) filter (where totals.quantile = 0.5)
            as p50_amount,
        max(totals.total_net_revenue_amount) filter (where totals.quantile = 0.9)
            as p90_amount,
        {{ probability_below(
            'totals.quantile', 'totals.total_net_revenue_amount',
            'year_before.year_before_amount'
        ) }} as probability_below_year_before,
        {{ probability_label(
            'totals.quantile', 'totals.total_net_revenue_amount',
            'year_before.year_before_amount'
        ) }} as probability_below_year_before_label
    from totals
    inner join runs
        on
            totals.company_id = runs.company_id
            and totals.horizon_days = runs.horizon_days
    left join year_before
        on totals.company_id = year_before.company_id
    group by totals.company_id, year_before.year_before_amount
),

final as (
    select
        companies.company_id,
        companies.company_name,
        companies.currency,
        summaries.last_order_date,
        summaries.as_of_date,
        summaries.last_12_months_net_revenue_amount,
        summaries.has_whole_12_months,
        summaries.last_30_days_annualised_amount,
        summaries.growth_year_on_year,
        summaries.growth_quarter_on_quarter,
        summaries.growth_quarter_year_on_year,
        summaries.average_order_amount,
        summaries.repeat_customer_rate,
        summaries.refund_value_rate,
        summaries.refund_order_rate,
        summaries.top_10_customer_revenue_share,
        summaries.weekly_revenue_volatility,
        summaries.full_week_count,
        summaries.paid_order_count,
        summaries.active_customer_count,
        runs.horizon_days,
        forecasts.p10_amount as forecast_p10_amount,
        forecasts.p50_amount as forecast_p50_amount,
        forecasts.p90_amount as forecast_p90_amount,
        forecasts.year_before_amount,
        cast(forecasts.p10_amount as double)
        / nullif(greatest(forecasts.year_before_amount, 0), 0) as forecast_p10_ratio,
        cast(forecasts.p50_amount as double)
        / nullif(greatest(forecasts.year_before_amount, 0), 0) as forecast_p50_ratio,
        cast(forecasts.p90_amount as double)
        / nullif(greatest(forecasts.year_before_amount, 0), 0) as forecast_p90_ratio,
        forecasts.probability_below_year_before,
        if(
            forecasts.year_before_amount is not null,
            forecasts.probability_below_year_before_label,
            null
        ) as probability_below_year_before_label,
        runs.grade as forecast_grade,
        companies.rejected_row_count / nullif(companies.raw_row_count, 0)
            as rejected_row_share,
        companies.history_is_truncated
    from companies
    left join summaries
        on companies.company_id = summaries.company_id
    left join runs
        on companies.company_id = runs.company_id
    left join forecasts
        on companies.company_id = forecasts.company_id
)

select * from final
