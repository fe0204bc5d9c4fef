with

trailing_customers as (
    select * from {{ ref('int_trailing_customers') }}
    where years_before = 0
),

customers as (
    select * from {{ ref('int_customers') }}
),

final as (
    select
        trailing_customers.company_id,
        trailing_customers.customer_id,
        trailing_customers.net_revenue_amount,
        trailing_customers.positive_revenue_amount,
        trailing_customers.revenue_rank,
        customers.paid_order_count > 1 or customers.has_older_orders
            as is_repeat_customer
    from trailing_customers
    inner join customers
        on
            trailing_customers.company_id = customers.company_id
            and trailing_customers.customer_id = customers.customer_id
)

select * from final
