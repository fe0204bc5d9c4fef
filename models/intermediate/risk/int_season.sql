with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

days as (
    select * from {{ ref('int_daily_revenue') }}
),

months as (
    select
        days.company_id,
        cast(date_trunc('month', days.revenue_date) as date) as revenue_month,
        cast(sum(days.net_revenue_amount) as double) as net_revenue
    from days
    inner join windows
        on days.company_id = windows.company_id
    where
        {{ months_between('days.revenue_date', 'windows.last_full_month') }}
        between 0 and 11
        and windows.first_order_date
        <= windows.last_full_month - interval 11 months
    group by all
),

final as (
    select
        company_id,
        stddev_samp(net_revenue) / nullif(avg(net_revenue), 0)
            as monthly_revenue_volatility,
        max(net_revenue) / sum(net_revenue) as best_month_share,
        max_by(revenue_month, (net_revenue, revenue_month)) as best_month,
        sum(net_revenue) filter (where month(revenue_month) >= 11) / sum(net_revenue)
            as november_december_share
    from months
    group by all
    having sum(net_revenue) > 0
)

select * from final
