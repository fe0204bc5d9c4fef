with

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

final as (
    select
        company_id,
        customer_id,
        cast(date_trunc('month', order_date) as date) as spend_month,
        cast(sum(net_revenue_amount) as decimal(18, 2)) as net_revenue_amount,
        cast(sum(paid_order_count) as bigint) as paid_order_count,
        cast(sum(net_revenue_amount) / sum(paid_order_count) as decimal(18, 2))
            as average_order_amount,
        count(*) as active_day_count
    from customer_days
    group by company_id, customer_id, spend_month
)

select * from final
