{%- set measures = {
    'fct_company_summary': [
        'growth_year_on_year', 'weekly_revenue_volatility', 'repeat_customer_rate',
        'refund_value_rate', 'refund_order_rate', 'average_order_amount',
    ],
    'int_revenue_trends': [
        'history_day_count', 'trailing_30_day_net_revenue_amount',
        'trailing_30_day_net_revenue_amount_year_before',
        'trailing_90_day_net_revenue_amount',
        'trailing_90_day_net_revenue_amount_year_before',
        'trailing_365_day_net_revenue_amount',
        'trailing_365_day_net_revenue_amount_year_before', 'run_rate_amount',
        'growth_90_days_year_on_year', 'drawdown_share', 'day_without_sales_share',
        'latest_30_days_ratio',
    ],
    'int_longest_gaps': ['longest_gap_day_count', 'unexpected_gap_day_count'],
    'int_season': [
        'monthly_revenue_volatility', 'best_month_share', 'november_december_share',
    ],
    'int_customer_growth': [
        'active_customer_count', 'active_customer_count_year_before',
        'active_customer_growth', 'new_customer_count',
        'new_customer_count_year_before', 'new_customer_growth',
        'new_customer_revenue_share', 'repeat_order_rate',
    ],
    'int_repurchases': [
        'repurchase_30_day_rate', 'repurchase_60_day_rate', 'repurchase_90_day_rate',
    ],
    'int_cohort_values': [
        'cohort_revenue_month_3_amount', 'cohort_revenue_month_6_amount',
        'cohort_revenue_month_12_amount',
    ],
    'int_acquisition_trends': ['acquisition_quality_change'],
    'int_customer_concentration': [
        'top_customer_share', 'top_customer_share_year_before', 'top_5_customer_share',
        'top_5_customer_share_year_before', 'top_10_customer_share',
        'top_10_customer_share_year_before', 'top_10_customer_share_change',
        'customer_hhi', 'customer_hhi_year_before', 'customer_gini',
        'customer_gini_year_before', 'quiet_customer_revenue_share',
        'quiet_customer_revenue_share_year_before',
    ],
    'int_refund_trends': [
        'refund_value_rate_year_before', 'refund_value_rate_change',
        'developed_refund_value_rate', 'refund_rate_drop',
    ],
    'int_disputes': ['dispute_value_rate'],
    'int_largest_sources': [
        'top_channel_share', 'top_channel_name', 'top_country_share',
        'top_country_name', 'top_product_share', 'top_product_name',
    ],
    'int_amount_patterns': [
        'repeated_amount_share_change', 'round_amount_share_change',
    ],
    'int_first_digits': ['first_digit_deviation'],
    'int_buyer_pattern_shares': [
        'most_orders_in_a_day', 'regular_buyer_revenue_share',
    ],
    'int_order_time_shares': [
        'back_dated_order_share', 'rush_order_share', 'created_after_order_share',
    ],
    'fct_data_quality': [
        'rejected_row_share', 'counter_disagreement_share', 'guest_order_share',
    ],
} -%}
{%- set of_refunds = ['refund_value_rate', 'refund_order_rate'] -%}
with

companies as (
    select * from {{ ref('dim_companies') }}
),

quality_parts as (
    select
        company_id,
        any_value(company_score) as data_quality_score
    from {{ ref('fct_data_quality_parts') }}
    group by all
),

restatements as (
    select
        company_id,
        any_value(company_restated_gross_share) as restated_gross_share
    from {{ ref('fct_revenue_restatements') }}
    group by all
),

final as (
    select
        companies.company_id,
        companies.company_name,
        companies.currency,
        companies.country,
        companies.time_zone,
        companies.first_order_date,
        companies.last_order_date,
        companies.as_of_date,
        companies.history_is_truncated,
        {% for relation, columns in measures.items() %}
            {% for column in columns if column not in of_refunds %}
                {{ relation }}.{{ column }},
            {% endfor %}
        {% endfor %}
        -- Without a refund in the whole log they are not known, rather than none.
        {% for column in of_refunds %}
            case
                when int_refund_trends.company_id is not null
                    then fct_company_summary.{{ column }}
            end as {{ column }},
        {% endfor %}
        companies.older_customer_count / nullif(companies.customer_count, 0)
            as older_customer_share,
        -- Files kept in git are samples: nobody sends newer ones.
        if(companies.is_in_git, null, fct_data_quality.days_since_last_order)
            as data_age_days,
        quality_parts.data_quality_score,
        restatements.restated_gross_share
    from companies
    {% for relation in measures %}
        left join {{ ref(relation) }} as {{ relation }}
            on companies.company_id = {{ relation }}.company_id
    {% endfor %}
    left join quality_parts
        on companies.company_id = quality_parts.company_id
    left join restatements
        on companies.company_id = restatements.company_id
)

select * from final
