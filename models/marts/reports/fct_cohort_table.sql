with

cohorts as (
    select * from {{ ref('fct_cohort_revenue') }}
),

-- A month that is not over would look like one in which customers went.
full_months as (
    select
        company_id,
        currency,
        cohort_month,
        month_number,
        cohort_customer_count,
        active_customer_count,
        cumulative_net_revenue_amount,
        dense_rank() over (
            partition by company_id
            order by cohort_month desc
        ) as cohorts_before_newest
    from cohorts
    where
        active_customer_count is not null
        and not is_partial_month
        and (month_number between 1 and 6 or month_number in (9, 12, 18, 24))
),

cells as (
    select
        company_id,
        currency,
        {{ time_text('cohort_month', '%Y-%m') }} || ' · ' || cohort_customer_count
            as cohort_label,
        month_number,
        false as is_mean,
        cohort_customer_count,
        active_customer_count,
        cumulative_net_revenue_amount
    from full_months
    where cohorts_before_newest <= 24
    union all
    -- Of all cohorts that have reached the month, each by its number of customers.
    select
        company_id,
        currency,
        'mean of all' as cohort_label,
        month_number,
        true as is_mean,
        cast(sum(cohort_customer_count) as bigint) as cohort_customer_count,
        cast(sum(active_customer_count) as bigint) as active_customer_count,
        sum(cumulative_net_revenue_amount) as cumulative_net_revenue_amount
    from full_months
    group by all
),

final as (
    select
        company_id,
        currency,
        cohort_label,
        is_mean,
        month_number,
        cohort_customer_count,
        cast(active_customer_count as double) / cohort_customer_count as retention_rate,
        {{ money_per('cumulative_net_revenue_amount', 'cohort_customer_count') }}
            as net_revenue_per_customer_amount
    from cells
)

select * from final
