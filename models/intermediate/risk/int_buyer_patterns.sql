with

recent as (
    select * from {{ ref('int_recent_orders') }}
    where customer_id is not null
),

daily as (
    select
        company_id,
        customer_id,
        order_date,
        count(*) as order_count
    from recent
    group by all
),

bursts as (
    select
        company_id,
        customer_id,
        max(order_count) as most_orders_in_a_day
    from daily
    group by all
),

intervals as (
    select
        company_id,
        customer_id,
        gross_amount,
        net_revenue_amount,
        {{ days_between(
            'lag(order_date) over same_amount', 'order_date'
        ) }} as interval_days
    from recent
    where gross_amount > 0
    window same_amount as (
        partition by company_id, customer_id, gross_amount
        order by ordered_at, order_id
    )
),

-- The same amount six times or more, at intervals that hardly vary.
rhythms as (
    select
        company_id,
        customer_id,
        gross_amount,
        count(*) as order_count,
        sum(net_revenue_amount) as net_revenue_amount,
        coalesce(
            count(*) >= 6
            and stddev_pop(interval_days) <= 0.2 * avg(interval_days),
            false
        ) as is_regular
    from intervals
    group by all
),

regular as (
    select
        company_id,
        customer_id,
        sum(order_count) as regular_order_count,
        sum(greatest(net_revenue_amount, 0)) as regular_revenue_amount
    from rhythms
    where is_regular
    group by all
),

final as (
    select
        bursts.company_id,
        bursts.customer_id,
        bursts.most_orders_in_a_day,
        cast(coalesce(regular.regular_order_count, 0) as bigint) as regular_order_count,
        cast(coalesce(regular.regular_revenue_amount, 0) as decimal(18, 2))
            as regular_revenue_amount,
        cast(
            row_number() over (
                partition by bursts.company_id
                order by
                    coalesce(regular.regular_revenue_amount, 0) desc,
                    bursts.customer_id asc
            ) as bigint
        ) as regular_rank
    from bursts
    left join regular
        on
            bursts.company_id = regular.company_id
            and bursts.customer_id = regular.customer_id
)

select * from final
