with

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

weeks as (
    select
        company_id,
        customer_id,
        cast(date_trunc('week', order_date) as date) as week_start_date,
        sum(net_revenue_amount) as net_revenue_amount,
        count(*) as active_day_count
    from customer_days
    group by all
),

final as (
    select
        company_id,
        customer_id,
        cast(isoyear(week_start_date) as integer) as iso_year,
        cast(week(week_start_date) as integer) as iso_week,
        week_start_date,
        active_day_count,
        cast(net_revenue_amount as decimal(18, 2)) as net_revenue_amount
    from weeks
)

select * from final
