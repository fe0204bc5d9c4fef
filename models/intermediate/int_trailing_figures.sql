with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

days as (
    select * from {{ ref('int_daily_revenue') }}
),

dated as (
    select
        days.company_id,
        days.net_revenue_amount,
        days.guest_revenue_amount,
        days.refundable_amount,
        days.refund_amount,
        days.paid_order_count,
        days.refunded_order_count,
        cast(date_trunc('week', days.revenue_date) as date) as week_start_date,
        windows.first_order_date,
        windows.last_full_week_start_date,
        days.revenue_date >= windows.year_start_date as is_in_year,
        days.revenue_date >= windows.year_before_start_date
        and days.revenue_date < windows.year_start_date as is_in_year_before,
        days.revenue_date > windows.as_of_date - 30 as is_in_30_days,
        {{ months_between('days.revenue_date', 'windows.last_full_month') }}
            as months_before_end
    from days
    inner join windows
        on days.company_id = windows.company_id
    where days.revenue_date <= windows.as_of_date
),

sums as (
    select
        company_id,
        sum(net_revenue_amount) filter (where is_in_year) as net_revenue_amount,
        sum(guest_revenue_amount) filter (where is_in_year) as guest_revenue_amount,
        sum(refundable_amount) filter (where is_in_year) as refundable_amount,
        sum(refund_amount) filter (where is_in_year) as refund_amount,
        sum(paid_order_count) filter (where is_in_year) as paid_order_count,
        sum(refunded_order_count) filter (where is_in_year) as refunded_order_count,
        sum(net_revenue_amount) filter (where is_in_year_before) as year_before_amount,
        sum(net_revenue_amount) filter (where is_in_30_days) as last_30_days_amount,
        sum(net_revenue_amount) filter (where months_before_end between 0 and 2)
            as quarter_amount,
        sum(net_revenue_amount) filter (where months_before_end between 12 and 14)
            as quarter_year_before_amount
    from dated
    group by all
),

weeks as (
    select
        company_id,
        week_start_date,
        sum(net_revenue_amount) as net_revenue_amount
    from dated
    where
        week_start_date >= first_order_date
        and week_start_date
        between last_full_week_start_date - 51 * 7 and last_full_week_start_date
    group by all
),

weekly as (
    select
        company_id,
        count(*) as full_week_count,
        {{ mean('net_revenue_amount') }} as mean_week_revenue,
        stddev_samp(net_revenue_amount) as deviation_amount
    from weeks
    group by all
),

final as (
    select
        windows.company_id,
        cast(sums.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(sums.guest_revenue_amount as decimal(18, 2)) as guest_revenue_amount,
        cast(sums.refundable_amount as decimal(18, 2)) as refundable_amount,
        cast(sums.refund_amount as decimal(18, 2)) as refund_amount,
        cast(sums.paid_order_count as bigint) as paid_order_count,
        cast(sums.refunded_order_count as bigint) as refunded_order_count,
        windows.first_order_date <= windows.year_start_date as has_whole_12_months,
        cast(
            case
                when windows.first_order_date <= windows.year_before_start_date
                    then sums.year_before_amount
            end as decimal(18, 2)
        ) as year_before_amount,
        cast(
            case
                when windows.first_order_date <= windows.as_of_date - 29
                    then sums.last_30_days_amount
            end as decimal(18, 2)
        ) as last_30_days_amount,
        cast(sums.quarter_amount as decimal(18, 2)) as quarter_amount,
        cast(
            case
                when
                    windows.first_order_date
                    <= windows.last_full_month - interval 14 months
                    then sums.quarter_year_before_amount
            end as decimal(18, 2)
        ) as quarter_year_before_amount,
        coalesce(weekly.full_week_count, 0) as full_week_count,
        case
            when weekly.full_week_count >= 13 and weekly.mean_week_revenue > 0
                then weekly.deviation_amount / weekly.mean_week_revenue
        end as weekly_revenue_volatility
    from windows
    inner join sums
        on windows.company_id = sums.company_id
    left join weekly
        on windows.company_id = weekly.company_id
)

select * from final
