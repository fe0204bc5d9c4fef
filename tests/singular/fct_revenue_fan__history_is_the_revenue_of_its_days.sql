-- Every week of history is the sum of its seven days.
with

weeks as (
    select * from {{ ref('fct_revenue_fan') }}
    where not is_forecast
),

days as (
    select * from {{ ref('fct_daily_revenue') }}
)

select
    weeks.company_id,
    weeks.week_end_date,
    weeks.net_revenue_amount,
    count(days.revenue_date) as day_count,
    sum(days.net_revenue_amount) as days_amount
from weeks
left join days
    on
        weeks.company_id = days.company_id
        and days.revenue_date between weeks.week_end_date - 6 and weeks.week_end_date
group by all
having
    count(days.revenue_date) <> 7
    or weeks.net_revenue_amount is distinct from sum(days.net_revenue_amount)
