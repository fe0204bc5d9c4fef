-- A 0 there would read as customers lost. All older cells are filled, and add up.
with

cells as (
    select * from {{ ref('fct_cohort_revenue') }}
),

months as (
    select * from {{ ref('fct_monthly_revenue') }}
),

last_months as (
    select
        company_id,
        max(revenue_month) as last_month
    from months
    group by all
),

checked as (
    select
        cells.company_id,
        cells.cohort_month,
        cells.month_number,
        cells.active_customer_count,
        cells.retention_rate,
        cells.net_revenue_amount,
        cells.cumulative_net_revenue_amount,
        cells.revenue_month <= last_months.last_month as is_reached,
        cells.net_revenue_amount + coalesce(
            lag(cells.cumulative_net_revenue_amount) over (
                partition by cells.company_id, cells.cohort_month
                order by cells.month_number
            ),
            0
        ) as expected_cumulative_amount
    from cells
    inner join last_months
        on cells.company_id = last_months.company_id
)

select *
from checked
where
    is_reached <> (net_revenue_amount is not null)
    or is_reached <> (active_customer_count is not null)
    or is_reached <> (retention_rate is not null)
    or cumulative_net_revenue_amount is distinct from expected_cumulative_amount
