with

revenue as (
    select * from {{ ref('fct_monthly_revenue') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_paid or is_refund_without_order
),

-- A company that sends no places has no rows; of one that does, orders without a place
-- are rows of their own, so that the rows of a month add up to its revenue.
with_places as (
    select company_id
    from orders
    group by all
    having count(coalesce(country, state, city)) > 0
),

months as (
    select
        orders.company_id,
        cast(date_trunc('month', orders.order_date) as date) as revenue_month,
        coalesce(orders.country, '(none)') as country,
        coalesce(orders.state, '(none)') as state,
        coalesce(orders.city, '(none)') as city,
        count(*) filter (where orders.is_paid) as paid_order_count,
        count(distinct orders.customer_id) filter (where orders.is_paid)
            as customer_count,
        sum(orders.gross_amount) as gross_amount,
        sum(orders.refund_amount) as refund_amount,
        sum(orders.net_revenue_amount) as net_revenue_amount
    from orders
    inner join with_places
        on orders.company_id = with_places.company_id
    group by all
),

final as (
    select
        months.company_id,
        months.revenue_month,
        revenue.is_partial_month,
        months.country,
        months.state,
        months.city,
        months.paid_order_count,
        months.customer_count,
        cast(months.gross_amount as decimal(18, 2)) as gross_amount,
        cast(months.refund_amount as decimal(18, 2)) as refund_amount,
        cast(months.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(
            months.net_revenue_amount / nullif(
                sum(months.net_revenue_amount) over (
                    partition by months.company_id, months.revenue_month
                ), 0
            ) as double
        ) as net_revenue_share,
        companies.currency
    from months
    inner join {{ ref('dim_companies') }} as companies
        on months.company_id = companies.company_id
    left join revenue
        on
            months.company_id = revenue.company_id
            and months.revenue_month = revenue.revenue_month
)

select * from final
