with

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

companies as (
    select * from {{ ref('dim_companies') }}
),

months as (
    select
        company_id,
        customer_id,
        cast(date_trunc('month', order_date) as date) as spend_month,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(paid_order_count) as paid_order_count,
        bool_or(is_new_customer) as is_new_customer,
        count(*) as active_day_count
    from customer_days
    group by company_id, customer_id, spend_month
),

final as (
    select
        months.company_id,
        months.customer_id,
        months.spend_month,
        companies.currency,
        cast(months.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(months.paid_order_count as bigint) as paid_order_count,
        {{ money_per('months.net_revenue_amount', 'months.paid_order_count') }}
            as average_order_amount,
        months.active_day_count,
        months.is_new_customer
    from months
    left join companies
        on months.company_id = companies.company_id
)

select * from final
