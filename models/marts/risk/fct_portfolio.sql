with

companies as (
    select * from {{ ref('dim_companies') }}
),

summaries as (
    select * from {{ ref('fct_company_summary') }}
),

outlooks as (
    select * from {{ ref('fct_forecast_outlook') }}
),

trust as (
    select * from {{ ref('fct_forecast_trust') }}
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
        outlooks.horizon_days,
        outlooks.forecast_p10_amount,
        outlooks.forecast_p50_amount,
        outlooks.forecast_p90_amount,
        outlooks.year_before_amount,
        outlooks.forecast_p10_ratio,
        outlooks.forecast_p50_ratio,
        outlooks.forecast_p90_ratio,
        outlooks.probability_below_year_before,
        outlooks.probability_below_year_before_label,
        trust.grade as forecast_grade,
        trust.history_label,
        trust.trust as forecast_trust,
        trust.trust_sentence as forecast_trust_sentence,
        companies.rejected_row_count / nullif(companies.raw_row_count, 0)
            as rejected_row_share,
        companies.history_is_truncated
    from companies
    left join summaries
        on companies.company_id = summaries.company_id
    left join outlooks
        on companies.company_id = outlooks.company_id
    left join trust
        on companies.company_id = trust.company_id
)

select * from final
