with

companies as (
    select * from {{ ref('dim_companies') }}
),

cohort_months as (
    select * from {{ ref('int_cohort_months') }}
),

months as (
    select * from {{ ref('fct_monthly_revenue') }}
),

-- All customers of a cohort are active in its first month.
cohorts as (
    select
        company_id,
        cohort_month,
        active_customer_count as cohort_customer_count
    from cohort_months
    where spend_month = cohort_month
),

month_numbers as (
    select
        company_id,
        cast(max(revenue_month) as date) as last_month,
        unnest(range(date_diff('month', min(revenue_month), max(revenue_month)) + 1))
            as month_number
    from months
    group by company_id
),

-- Every cohort gets every month number; what lies after the data stays null.
grid as (
    select
        cohorts.company_id,
        cohorts.cohort_month,
        cohorts.cohort_customer_count,
        month_numbers.month_number,
        cast(
            cohorts.cohort_month
            + to_months(cast(month_numbers.month_number as integer))
            as date
        ) as revenue_month,
        case
            when revenue_month <= month_numbers.last_month then 0
        end as zero_if_reached
    from cohorts
    inner join month_numbers
        on cohorts.company_id = month_numbers.company_id
),

filled as (
    select
        grid.*,
        companies.currency,
        coalesce(cohort_months.active_customer_count, grid.zero_if_reached)
            as active_customer_count,
        coalesce(cohort_months.continuous_customer_count, grid.zero_if_reached)
            as continuous_customer_count,
        coalesce(cohort_months.net_revenue_amount, grid.zero_if_reached)
            as net_revenue_amount,
        sum(coalesce(cohort_months.net_revenue_amount, grid.zero_if_reached)) over (
            partition by grid.company_id, grid.cohort_month
            order by grid.month_number
        ) + grid.zero_if_reached as cumulative_net_revenue_amount,
        coalesce(months.is_partial_month, false) as is_partial_month
    from grid
    left join cohort_months
        on
            grid.company_id = cohort_months.company_id
            and grid.cohort_month = cohort_months.cohort_month
            and grid.revenue_month = cohort_months.spend_month
    left join months
        on
            grid.company_id = months.company_id
            and grid.revenue_month = months.revenue_month
    left join companies
        on grid.company_id = companies.company_id
),

final as (
    select
        company_id,
        cohort_month,
        month_number,
        revenue_month,
        currency,
        cohort_customer_count,
        active_customer_count,
        cast(active_customer_count / cohort_customer_count as double) as retention_rate,
        continuous_customer_count,
        cast(continuous_customer_count / cohort_customer_count as double)
            as continuous_rate,
        cast(net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(cumulative_net_revenue_amount as decimal(18, 2))
            as cumulative_net_revenue_amount,
        {{ money_per('cumulative_net_revenue_amount', 'cohort_customer_count') }}
            as cumulative_net_revenue_per_customer_amount,
        is_partial_month
    from filled
)

select * from final
