with

orders as (
    select * from {{ ref('fct_orders') }}
),

final as (
    select
        company_id,
        customer_id,
        order_date,
        count(*) as paid_order_count,
        cast(sum(net_revenue_amount) as decimal(18, 2)) as net_revenue_amount
    from orders
    where is_paid and customer_id is not null
    group by all
)

select * from final
