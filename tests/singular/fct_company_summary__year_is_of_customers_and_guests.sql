-- Revenue of the last 12 months by day, and by customer with the guests' days.
with

summaries as (
    select * from {{ ref('fct_company_summary') }}
),

customers as (
    select * from {{ ref('int_recent_customers') }}
),

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

days as (
    select * from {{ ref('fct_daily_revenue') }}
),

parts as (
    select
        company_id,
        net_revenue_amount
    from customers
    union all
    select
        days.company_id,
        days.guest_revenue_amount
    from days
    inner join windows
        on
            days.company_id = windows.company_id
            and days.revenue_date between windows.year_start_date and windows.as_of_date
),

totals as (
    select
        company_id,
        sum(net_revenue_amount) as parts_amount
    from parts
    group by all
)

select
    summaries.company_id,
    summaries.last_12_months_net_revenue_amount,
    totals.parts_amount
from summaries
left join totals
    on summaries.company_id = totals.company_id
where summaries.last_12_months_net_revenue_amount is distinct from totals.parts_amount
