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

described as (
    select
        *,
        cast(date_trunc('week', order_date) as date) as week_start_date,
        max(timed_order_count) over (partition by company_id) > 0 as has_times_of_day
    from hours
),

final as (
    select
        described.company_id,
        companies.currency,
        described.order_date,
        described.order_hour,
        if(
            described.has_times_of_day,
            {{ printed("'%02d'", ['described.order_hour']) }},
            'any time'
        ) as order_hour_name,
        described.week_start_date,
        cast({{ iso_weekday('described.order_date') }} as integer) as weekday_number,
        {{ weekday_name('described.order_date') }} as weekday_name,
        described.week_start_date < companies.first_order_date
        or described.week_start_date + 6 > companies.last_order_date
            as is_partial_week,
        described.paid_order_count,
        cast(described.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        described.has_times_of_day
    from described
    left join companies
        on described.company_id = companies.company_id
)

select * from final
