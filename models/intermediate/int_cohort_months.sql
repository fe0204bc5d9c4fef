with

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
        date_diff('month', customers.cohort_month, customer_months.spend_month)
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

final as (
    select
        company_id,
        cohort_month,
        spend_month,
        count(*) as active_customer_count,
        count(*) filter (where active_month_number = month_number + 1)
            as continuous_customer_count,
        cast(sum(net_revenue_amount) as decimal(18, 2)) as net_revenue_amount
    from numbered
    group by all
)

select * from final
