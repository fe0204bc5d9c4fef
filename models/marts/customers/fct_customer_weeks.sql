with

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

companies as (
    select * from {{ ref('dim_companies') }}
),

weeks as (
    select
        company_id,
        customer_id,
        cast(date_trunc('week', order_date) as date) as week_start_date,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(paid_order_count) as paid_order_count,
        count(*) as active_day_count
    from customer_days
    group by all
),

final as (
    select
        weeks.company_id,
        weeks.customer_id,
        cast({{ iso_year('weeks.week_start_date') }} as integer) as iso_year,
        cast(extract(week from weeks.week_start_date) as integer) as iso_week,
        weeks.week_start_date,
        companies.currency,
        weeks.active_day_count,
        cast(weeks.paid_order_count as bigint) as paid_order_count,
        cast(weeks.net_revenue_amount as decimal(18, 2)) as net_revenue_amount
    from weeks
    left join companies
        on weeks.company_id = companies.company_id
)

select * from final
