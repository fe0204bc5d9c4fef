with

companies as (
    select * from {{ ref('dim_companies') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

dated as (
    select
        company_id,
        net_revenue_amount,
        order_date,
        lag(order_date) over (
            partition by company_id, customer_id
            order by paid_order_number
        ) as previous_order_date
    from orders
    where paid_order_number is not null
),

-- When clocks go back over midnight, the later order can have the earlier date.
intervals as (
    select
        company_id,
        {{ whole(
            'greatest(' ~ days_between('previous_order_date', 'order_date') ~ ', 0)', 7
        ) }} as weeks_since_previous,
        count(*) as paid_order_count,
        {{ money_per('sum(net_revenue_amount)', 'count(*)') }} as average_order_amount,
        -- The mean of the two in the middle, which are one of an odd count.
        {{ money_per(
            quantile_disc('net_revenue_amount', 0.5)
            ~ ' - ' ~ quantile_disc('-net_revenue_amount', 0.5),
            2
        ) }} as median_order_amount
    from dated
    where previous_order_date is not null
    group by all
),

weeks as (
    select
        company_id,
        {{ each_below('max(weeks_since_previous) + 1') }} as weeks_since_previous,
        sum(paid_order_count) as all_order_count
    from intervals
    group by company_id
),

final as (
    select
        weeks.company_id,
        companies.currency,
        weeks.weeks_since_previous,
        coalesce(intervals.paid_order_count, 0) as paid_order_count,
        cast(coalesce(intervals.paid_order_count, 0) as double) / weeks.all_order_count
            as order_share,
        intervals.average_order_amount,
        intervals.median_order_amount
    from weeks
    left join intervals
        on
            weeks.company_id = intervals.company_id
            and weeks.weeks_since_previous = intervals.weeks_since_previous
    left join companies
        on weeks.company_id = companies.company_id
)

select * from final
