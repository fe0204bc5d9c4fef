with

customers as (
    select * from {{ ref('int_customers') }}
),

customer_months as (
    select * from {{ ref('fct_customer_months') }}
),

months as (
    select * from {{ ref('fct_monthly_revenue') }}
),

cohorts as (
    select
        company_id,
        cohort_month,
        count(*) as cohort_customer_count
    from customers
    where cohort_month is not null
    group by all
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
        month_numbers.last_month
    from cohorts
    inner join month_numbers
        on cohorts.company_id = month_numbers.company_id
),

spend as (
    select
        customer_months.company_id,
        customers.cohort_month,
        customer_months.spend_month,
        count(*) as active_customer_count,
        sum(customer_months.net_revenue_amount) as net_revenue_amount
    from customer_months
    inner join customers
        on
            customer_months.company_id = customers.company_id
            and customer_months.customer_id = customers.customer_id
    where customers.cohort_month is not null
    group by all
),

filled as (
    select
        grid.*,
        case
            when grid.revenue_month <= grid.last_month
                then coalesce(spend.active_customer_count, 0)
        end as active_customer_count,
        case
            when grid.revenue_month <= grid.last_month
                then coalesce(spend.net_revenue_amount, 0)
        end as net_revenue_amount,
        months.is_partial_month
    from grid
    left join spend
        on
            grid.company_id = spend.company_id
            and grid.cohort_month = spend.cohort_month
            and grid.revenue_month = spend.spend_month
    left join months
        on
            grid.company_id = months.company_id
            and grid.revenue_month = months.revenue_month
),

final as (
    select
        company_id,
        cohort_month,
        month_number,
        revenue_month,
        cohort_customer_count,
        active_customer_count,
        cast(active_customer_count / cohort_customer_count as double) as retention_rate,
        cast(net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(
            case
                when net_revenue_amount is not null
                    then
                        sum(net_revenue_amount) over (
                            partition by company_id, cohort_month
                            order by month_number
                        )
            end as decimal(18, 2)
        ) as cumulative_net_revenue_amount,
        coalesce(is_partial_month, false) as is_partial_month
    from filled
)

select * from final
