with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

days as (
    select * from {{ ref('int_daily_revenue') }}
),

-- Days without a paid order keep the number of the last day with one.
numbered as (
    select
        days.company_id,
        days.revenue_date,
        days.paid_order_count,
        count_if(days.paid_order_count > 0) over (
            partition by days.company_id
            order by days.revenue_date
        ) as paid_day_number,
        avg(days.paid_order_count) over (
            partition by days.company_id
            order by days.revenue_date
            rows between 28 preceding and 1 preceding
        ) as order_count_before,
        avg(days.paid_order_count) over (
            partition by days.company_id
            order by days.revenue_date
            rows between 1 following and 28 following
        ) as order_count_after
    from days
    inner join windows
        on
            days.company_id = windows.company_id
            and days.revenue_date <= windows.as_of_date
            and days.revenue_date > windows.as_of_date - 365
),

gaps as (
    select
        company_id,
        paid_day_number,
        min(revenue_date) as gap_start_date,
        max(revenue_date) as gap_end_date,
        count(*) as gap_day_count,
        count(*) * least(
            min_by(order_count_before, revenue_date) filter (
                where order_count_before is not null
            ),
            max_by(order_count_after, revenue_date) filter (
                where order_count_after is not null
            )
        ) as missing_orders
    from numbered
    where paid_order_count = 0
    group by all
),

-- Four days, since a shop may close at weekends. Chance leaves fifteen orders out one
-- time in millions.
final as (
    select
        company_id,
        gap_start_date,
        gap_end_date,
        gap_day_count,
        cast(missing_orders as double) as missing_orders,
        coalesce(gap_day_count >= 4 and missing_orders >= 15, false)
            as is_unexpected
    from gaps
)

select * from final
