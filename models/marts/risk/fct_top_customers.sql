with

companies as (
    select * from {{ ref('dim_companies') }}
),

customers as (
    select * from {{ ref('int_recent_customers') }}
),

totals as (
    select * from {{ ref('int_customer_totals') }}
    where years_before = 0
),

grid as (
    select
        company_id,
        currency,
        {{ each_of([1, 5, 10, 20, 50, 100]) }} as top_customer_count
    from companies
),

top_customers as (
    select
        grid.company_id,
        grid.currency,
        grid.top_customer_count,
        count(customers.customer_id) as customer_count,
        sum(customers.net_revenue_amount) as net_revenue_amount,
        sum(customers.positive_revenue_amount) as positive_revenue_amount
    from grid
    left join customers
        on
            grid.company_id = customers.company_id
            and grid.top_customer_count >= customers.revenue_rank
    group by all
),

final as (
    select
        top_customers.company_id,
        cast(top_customers.top_customer_count as bigint) as top_customer_count,
        top_customers.customer_count = top_customers.top_customer_count
            as has_that_many,
        cast(top_customers.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(top_customers.positive_revenue_amount as double)
        / nullif(totals.revenue_amount, 0) as revenue_share,
        top_customers.currency
    from top_customers
    left join totals
        on top_customers.company_id = totals.company_id
)

select * from final
