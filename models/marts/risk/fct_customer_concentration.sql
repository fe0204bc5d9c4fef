with

companies as (
    select * from {{ ref('dim_companies') }}
),

customers as (
    select * from {{ ref('int_recent_customers') }}
),

totals as (
    select
        company_id,
        count(*) as customer_count,
        sum(positive_revenue_amount) as positive_revenue_amount
    from customers
    group by all
),

cumulative as (
    select
        company_id,
        revenue_rank,
        sum(net_revenue_amount) over biggest_first as net_revenue_amount,
        sum(positive_revenue_amount) over biggest_first as positive_revenue_amount
    from customers
    window
        biggest_first as (
            partition by company_id
            order by revenue_rank
            rows unbounded preceding
        )
),

percents as (
    select {{ each_below(101) }} as customer_percent
),

-- Rounded up to whole customers: the biggest percent of 50 customers is one customer.
grid as (
    select
        totals.company_id,
        totals.positive_revenue_amount,
        percents.customer_percent,
        {{ whole('percents.customer_percent * totals.customer_count + 99', 100) }}
            as customer_count
    from totals
    cross join percents
    where percents.customer_percent > 0
),

final as (
    select
        grid.company_id,
        grid.customer_percent,
        grid.customer_count,
        cast(cumulative.net_revenue_amount as decimal(18, 2))
            as cumulative_net_revenue_amount,
        cast(cumulative.positive_revenue_amount as double)
        / nullif(grid.positive_revenue_amount, 0) as cumulative_revenue_share,
        companies.currency
    from grid
    inner join cumulative
        on
            grid.company_id = cumulative.company_id
            and grid.customer_count = cumulative.revenue_rank
    inner join companies
        on grid.company_id = companies.company_id
)

select * from final
