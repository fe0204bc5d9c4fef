with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

trailing_customers as (
    select * from {{ ref('int_trailing_customers') }}
),

days as (
    select * from {{ ref('int_daily_revenue') }}
),

active as (
    select
        company_id,
        count(*) filter (where years_before = 0) as active_customer_count,
        count(*) filter (where years_before = 1) as active_customer_count_before,
        sum(paid_order_count) filter (where years_before = 0) as paid_order_count
    from trailing_customers
    group by all
),

acquired as (
    select
        windows.company_id,
        windows.first_order_date <= windows.year_before_start_date as has_two_years,
        count(customers.customer_id) filter (
            where
            customers.first_paid_date >= windows.year_start_date
            and customers.first_paid_date <= windows.as_of_date
        ) as new_customer_count,
        count(customers.customer_id) filter (
            where
            customers.first_paid_date >= windows.year_before_start_date
            and customers.first_paid_date < windows.year_start_date
        ) as new_customer_count_before
    from windows
    left join customers
        on
            windows.company_id = customers.company_id
            and not customers.has_older_orders
    group by all
),

revenue as (
    select
        days.company_id,
        cast(sum(days.new_customer_revenue_amount) as double) / nullif(
            sum(days.net_revenue_amount - days.guest_revenue_amount), 0
        ) as new_customer_revenue_share
    from days
    inner join windows
        on
            days.company_id = windows.company_id
            and days.revenue_date >= windows.year_start_date
            and days.revenue_date <= windows.as_of_date
    group by all
),

final as (
    select
        acquired.company_id,
        coalesce(active.active_customer_count, 0) as active_customer_count,
        case
            when acquired.has_two_years
                then coalesce(active.active_customer_count_before, 0)
        end as active_customer_count_year_before,
        acquired.new_customer_count,
        case
            when acquired.has_two_years then acquired.new_customer_count_before
        end as new_customer_count_year_before,
        case
            when acquired.has_two_years
                then
                    cast(active.active_customer_count as double)
                    / nullif(active.active_customer_count_before, 0) - 1
        end as active_customer_growth,
        -- In the first months of a log everybody looks new: two years before, not one.
        case
            when acquired.has_two_years and acquired.new_customer_count_before > 0
                then
                    cast(acquired.new_customer_count as double)
                    / acquired.new_customer_count_before - 1
        end as new_customer_growth,
        -- Of the orders of known customers, those that are not a first one.
        case
            when active.paid_order_count > 0
                then
                    1 - cast(acquired.new_customer_count as double)
                    / active.paid_order_count
        end as repeat_order_rate,
        revenue.new_customer_revenue_share
    from acquired
    left join revenue
        on acquired.company_id = revenue.company_id
    left join active
        on acquired.company_id = active.company_id
)

select * from final
