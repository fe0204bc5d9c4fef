with

companies as (
    select * from {{ ref('dim_companies') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

hours as (
    select
        company_id,
        order_date,
        cast(hour(ordered_local_at) as integer) as order_hour,
        count(*) as paid_order_count,
        sum(net_revenue_amount) as net_revenue_amount,
        count(*) filter (where ordered_local_at > order_date) as timed_order_count
    from orders
    where is_paid
    group by all
),

final as (
    select
        hours.company_id,
        companies.currency,
        hours.order_date,
        hours.order_hour,
        cast(date_trunc('week', hours.order_date) as date) as week_start_date,
        cast(isodow(hours.order_date) as integer) as weekday_number,
        strftime(hours.order_date, '%u %a') as weekday_name,
        hours.paid_order_count,
        cast(hours.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        max(hours.timed_order_count) over (partition by hours.company_id) > 0
            as has_times_of_day
    from hours
    left join companies
        on hours.company_id = companies.company_id
)

select * from final
