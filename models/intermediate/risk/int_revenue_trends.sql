with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

days as (
    select * from {{ ref('int_daily_revenue') }}
),

aged as (
    select
        days.company_id,
        days.net_revenue_amount,
        days.paid_order_count,
        {{ days_between('days.revenue_date', 'windows.as_of_date') }} as age_days,
        case
            when
                count(*) over last_365_days = 365
                then sum(days.net_revenue_amount) over last_365_days
        end as year_amount
    from days
    inner join windows
        on
            days.company_id = windows.company_id
            and days.revenue_date <= windows.as_of_date
    window last_365_days as (
        partition by days.company_id
        order by days.revenue_date
        rows 364 preceding
    )
),

sums as (
    select
        company_id,
        max(age_days) + 1 as history_day_count,
        {% for name, first, last in [
            ('last_30', 0, 29), ('last_90', 0, 89), ('last_365', 0, 364),
            ('before_30', 30, 119), ('year_before_30', 365, 394),
            ('year_before_90', 365, 454), ('year_before_365', 365, 729),
            ('year_before_before_30', 395, 484),
        ] %}
            case
                when max(age_days) >= {{ last }}
                    then sum(net_revenue_amount) filter (
                        where age_days between {{ first }} and {{ last }}
                    )
            end as {{ name }}_amount,
        {% endfor %}
        count(*) filter (where age_days < 365) as year_day_count,
        count(*) filter (where age_days < 365 and paid_order_count = 0)
            as day_without_sales_count,
        max(year_amount) as peak_year_amount,
        max(year_amount) filter (where age_days = 0) as latest_year_amount
    from aged
    group by all
),

-- What the latest 30 days would bring: the 90 days before them at their pace, and with
-- the season of a year before. The larger one counts, so that a season is no spike.
expected as (
    select
        *,
        greatest(
            cast(before_30_amount as double) / 3,
            case
                when year_before_before_30_amount > 0 and year_before_30_amount > 0
                    then
                        cast(before_30_amount as double)
                        * year_before_30_amount / year_before_before_30_amount
            end
        ) as expected_30_day_revenue
    from sums
),

final as (
    select
        company_id,
        history_day_count,
        cast(last_30_amount as decimal(18, 2)) as trailing_30_day_net_revenue_amount,
        cast(last_90_amount as decimal(18, 2)) as trailing_90_day_net_revenue_amount,
        cast(last_365_amount as decimal(18, 2)) as trailing_365_day_net_revenue_amount,
        cast(year_before_30_amount as decimal(18, 2))
            as trailing_30_day_net_revenue_amount_year_before,
        cast(year_before_90_amount as decimal(18, 2))
            as trailing_90_day_net_revenue_amount_year_before,
        cast(year_before_365_amount as decimal(18, 2))
            as trailing_365_day_net_revenue_amount_year_before,
        -- The year that the latest 90 days make, as the part of it that they were a
        -- year before.
        cast(
            case
                when
                    year_before_90_amount > 0
                    and year_before_365_amount > 0 and last_90_amount > 0
                    then
                        cast(last_90_amount as double)
                        * year_before_365_amount / year_before_90_amount
            end as decimal(18, 2)
        ) as run_rate_amount,
        case
            when year_before_90_amount > 0
                then cast(last_90_amount as double) / year_before_90_amount - 1
        end as growth_90_days_year_on_year,
        case
            when history_day_count >= 455 and peak_year_amount > 0
                then 1 - cast(latest_year_amount as double) / peak_year_amount
        end as drawdown_share,
        cast(day_without_sales_count / year_day_count as double)
            as day_without_sales_share,
        case
            when expected_30_day_revenue > 0
                then cast(last_30_amount as double) / expected_30_day_revenue
        end as latest_30_days_ratio
    from expected
)

select * from final
