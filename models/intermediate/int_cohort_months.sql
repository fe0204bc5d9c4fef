with

customers as (
    select * from {{ ref('int_customers') }}
),

periods as (
    select * from {{ ref('int_reporting_periods') }}
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

-- As many month numbers as the log has months.
months as (
    select
        company_id,
        period_start_date as revenue_month,
        is_partial_period as is_partial_month,
        cast(
            row_number() over (
                partition by company_id
                order by period_start_date
            ) - 1 as bigint
        ) as month_number
    from periods
    where period_type = 'month'
),

-- Every cohort gets every month number, also those that the log has not reached.
grid as (
    select
        cohorts.company_id,
        cohorts.cohort_month,
        cohorts.cohort_customer_count,
        months.month_number,
        {{ months_after('cohorts.cohort_month', 'months.month_number') }}
            as revenue_month
    from cohorts
    inner join months
        on cohorts.company_id = months.company_id
),

final as (
    select
        grid.company_id,
        grid.cohort_month,
        grid.month_number,
        grid.revenue_month,
        grid.cohort_customer_count,
        months.revenue_month is not null as is_reached,
        coalesce(months.is_partial_month, false) as is_partial_month
    from grid
    left join months
        on
            grid.company_id = months.company_id
            and grid.revenue_month = months.revenue_month
)

select * from final
