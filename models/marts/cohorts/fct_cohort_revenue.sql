with

companies as (
    select * from {{ ref('dim_companies') }}
),

cohort_months as (
    select * from {{ ref('int_cohort_months') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

customer_months as (
    select * from {{ ref('fct_customer_months') }}
),

-- A customer's months follow each other while their rank keeps step with them.
numbered as (
    select
        customer_months.company_id,
        customers.cohort_month,
        customer_months.spend_month,
        customer_months.net_revenue_amount,
        {{ months_between('customers.cohort_month', 'customer_months.spend_month') }}
            as month_number,
        row_number() over (
            partition by customer_months.company_id, customer_months.customer_id
            order by customer_months.spend_month
        ) as active_month_number
    from customer_months
    inner join customers
        on
            customer_months.company_id = customers.company_id
            and customer_months.customer_id = customers.customer_id
    where customers.cohort_month is not null
),

active as (
    select
        company_id,
        cohort_month,
        spend_month,
        count(*) as active_customer_count,
        count(*) filter (where active_month_number = month_number + 1)
            as continuous_customer_count,
        sum(net_revenue_amount) as net_revenue_amount
    from numbered
    group by all
),

-- What lies after the data stays null.
filled as (
    select
        cohort_months.*,
        case
            when cohort_months.is_reached
                then coalesce(active.active_customer_count, 0)
        end as active_customer_count,
        case
            when cohort_months.is_reached
                then coalesce(active.continuous_customer_count, 0)
        end as continuous_customer_count,
        case
            when cohort_months.is_reached then coalesce(active.net_revenue_amount, 0)
        end as net_revenue_amount,
        case
            when cohort_months.is_reached
                then
                    sum(coalesce(active.net_revenue_amount, 0)) over (
                        partition by
                            cohort_months.company_id, cohort_months.cohort_month
                        order by cohort_months.month_number
                    )
        end as cumulative_net_revenue_amount
    from cohort_months
    left join active
        on
            cohort_months.company_id = active.company_id
            and cohort_months.cohort_month = active.cohort_month
            and cohort_months.revenue_month = active.spend_month
),

final as (
    select
        filled.company_id,
        filled.cohort_month,
        filled.month_number,
        filled.revenue_month,
        companies.currency,
        filled.cohort_customer_count,
        filled.active_customer_count,
        cast(filled.active_customer_count as double)
        / filled.cohort_customer_count as retention_rate,
        filled.continuous_customer_count,
        cast(filled.continuous_customer_count as double)
        / filled.cohort_customer_count as continuous_rate,
        cast(filled.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(filled.cumulative_net_revenue_amount as decimal(18, 2))
            as cumulative_net_revenue_amount,
        {{ money_per(
            'filled.cumulative_net_revenue_amount', 'filled.cohort_customer_count'
        ) }} as cumulative_net_revenue_per_customer_amount,
        filled.is_partial_month
    from filled
    left join companies
        on filled.company_id = companies.company_id
)

select * from final
