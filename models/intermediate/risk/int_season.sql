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
        sum(days.net_revenue_amount) as net_revenue_amount
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
        cast(
            stddev_samp(net_revenue_amount) / nullif(avg(net_revenue_amount), 0)
            as double
        ) as monthly_revenue_volatility,
        cast(max(net_revenue_amount) / sum(net_revenue_amount) as double)
            as best_month_share,
        arg_max(revenue_month, net_revenue_amount) as best_month,
        cast(
            sum(net_revenue_amount) filter (where month(revenue_month) >= 11)
            / sum(net_revenue_amount) as double
        ) as november_december_share
    from months
    group by all
    having sum(net_revenue_amount) > 0
)

select * from final
