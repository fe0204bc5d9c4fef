{%- set figures = [
    'last_order_date', 'as_of_date', 'last_12_months_net_revenue_amount',
    'has_whole_12_months', 'last_30_days_annualised_amount', 'growth_year_on_year',
    'growth_quarter_on_quarter', 'average_order_amount', 'repeat_customer_rate',
    'refund_value_rate', 'refund_order_rate', 'top_10_customer_revenue_share',
    'weekly_revenue_volatility', 'full_week_count', 'paid_order_count',
    'active_customer_count',
] -%}
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

-- As many days as are forecast, up to the last one learnt from.
recent as (
    select
        runs.company_id,
        cast(sum(days.net_revenue_amount) as decimal(18, 2)) as recent_total_amount
    from runs
    inner join days
        on
            runs.company_id = days.company_id
            and runs.trained_through_date - days.revenue_date
            between 0 and runs.horizon_days - 1
    group by runs.company_id, runs.horizon_days
    having count(*) = runs.horizon_days
),

forecasts as (
    select
        totals.company_id,
        recent.recent_total_amount,
        {% for percent in [10, 50, 90] %}
            max(totals.total_net_revenue_amount) filter (
                where totals.quantile = {{ percent / 100 }}
            ) as p{{ percent }}_amount,
        {% endfor %}
        {{ probability_below(
            'totals.quantile', 'totals.total_net_revenue_amount',
            'recent.recent_total_amount'
        ) }} as probability_below_recent,
        {{ probability_label(
            'totals.quantile', 'totals.total_net_revenue_amount',
            'recent.recent_total_amount'
        ) }} as probability_below_recent_label
    from totals
    inner join runs
        on
            totals.company_id = runs.company_id
            and totals.horizon_days = runs.horizon_days
    left join recent
        on totals.company_id = recent.company_id
    group by totals.company_id, recent.recent_total_amount
),

final as (
    select
        companies.company_id,
        companies.company_name,
        companies.currency,
        {% for figure in figures %}
            summaries.{{ figure }},
        {% endfor %}
        runs.horizon_days,
        {% for percent in [10, 50, 90] %}
            forecasts.p{{ percent }}_amount as forecast_p{{ percent }}_amount,
        {% endfor %}
        forecasts.recent_total_amount,
        {% for percent in [10, 50, 90] %}
            case
                when forecasts.recent_total_amount > 0
                    then
                        cast(forecasts.p{{ percent }}_amount as double)
                        / forecasts.recent_total_amount
            end as forecast_p{{ percent }}_ratio,
        {% endfor %}
        forecasts.probability_below_recent,
        if(
            forecasts.recent_total_amount is not null,
            forecasts.probability_below_recent_label,
            null
        ) as probability_below_recent_label,
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
