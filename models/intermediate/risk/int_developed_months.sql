with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

days as (
    select * from {{ ref('int_daily_revenue') }}
),

development as (
    select * from {{ ref('int_refund_development') }}
),

-- How much of a day's refunds are made by now; all where refunds carry no dates.
final as (
    select
        days.company_id,
        cast(date_trunc('month', days.revenue_date) as date) as revenue_month,
        sum(days.refundable_amount * coalesce(development.developed_share, 1.0))
            as developed_revenue,
        count(*) filter (where days.paid_order_count = 0) as day_without_sales_count
    from days
    inner join windows
        on days.company_id = windows.company_id
    left join development
        on
            days.company_id = development.company_id
            and least(
                {{ whole(
                    'greatest('
                    ~ days_between('days.revenue_date', 'windows.as_of_date')
                    ~ ', 0)', 7
                ) }},
                26
            ) = development.week_number + 1
    group by all
)

select * from final
