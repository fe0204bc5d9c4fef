with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

recent as (
    select
        customer_days.company_id,
        customer_days.customer_id,
        cast(sum(customer_days.net_revenue_amount) as decimal(18, 2))
            as net_revenue_amount
    from customer_days
    inner join windows
        on
            customer_days.company_id = windows.company_id
            and customer_days.order_date >= windows.year_start_date
            and customer_days.order_date <= windows.as_of_date
    group by all
),

final as (
    select
        recent.company_id,
        recent.customer_id,
        recent.net_revenue_amount,
        -- Who spent less than was refunded adds nothing to what others bring.
        cast(greatest(recent.net_revenue_amount, 0) as decimal(18, 2))
            as positive_revenue_amount,
        row_number() over (
            partition by recent.company_id
            order by recent.net_revenue_amount desc, recent.customer_id asc
        ) as revenue_rank,
        customers.paid_order_count > 1 or customers.has_older_orders
            as is_repeat_customer
    from recent
    inner join customers
        on
            recent.company_id = customers.company_id
            and recent.customer_id = customers.customer_id
)

select * from final
