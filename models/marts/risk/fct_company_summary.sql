with

companies as (
    select * from {{ ref('dim_companies') }}
),

periods as (
    select * from {{ ref('int_trailing_figures') }}
),

customers as (
    select * from {{ ref('int_recent_customers') }}
),

top_customers as (
    select * from {{ ref('fct_top_customers') }}
    where top_customer_count = 10
),

customer_counts as (
    select
        company_id,
        count(*) as active_customer_count,
        count_if(is_repeat_customer) / count(*) as repeat_customer_rate
    from customers
    group by all
),

final as (
    select
        companies.company_id,
        companies.company_name,
        companies.currency,
        companies.last_order_date,
        companies.as_of_date,
        periods.net_revenue_amount as last_12_months_net_revenue_amount,
        coalesce(periods.has_whole_12_months, false) as has_whole_12_months,
        {{ money_per('periods.last_30_days_amount * 365', 30) }}
            as last_30_days_annualised_amount,
        case
            when periods.year_before_amount > 0
                then
                    cast(periods.net_revenue_amount as double)
                    / periods.year_before_amount
                    - 1
        end as growth_year_on_year,
        case
            when periods.quarter_year_before_amount > 0
                then
                    cast(periods.quarter_amount as double)
                    / periods.quarter_year_before_amount
                    - 1
        end as growth_quarter_year_on_year,
        {{ money_per('periods.net_revenue_amount', 'periods.paid_order_count') }}
            as average_order_amount,
        customer_counts.repeat_customer_rate,
        cast(periods.refund_amount as double) / nullif(periods.refundable_amount, 0)
            as refund_value_rate,
        cast(
            periods.refunded_order_count / nullif(periods.paid_order_count, 0) as double
        ) as refund_order_rate,
        top_customers.revenue_share as top_10_customer_revenue_share,
        periods.weekly_revenue_volatility,
        coalesce(periods.full_week_count, 0) as full_week_count,
        coalesce(periods.paid_order_count, 0) as paid_order_count,
        coalesce(customer_counts.active_customer_count, 0) as active_customer_count
    from companies
    left join periods
        on companies.company_id = periods.company_id
    left join customer_counts
        on companies.company_id = customer_counts.company_id
    left join top_customers
        on companies.company_id = top_customers.company_id
)

select * from final
