-- The counts come from adding up changes; at the end of a log they can be counted anew.
with

activity as (
    select * from {{ ref('fct_customer_activity') }}
),

companies as (
    select * from {{ ref('dim_companies') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

counted as (
    select
        companies.company_id,
        count(*) as customer_count,
        count(*) filter (
            where
            companies.last_order_date
            >= {{ lapsed_date('customers.last_paid_date') }}
        ) as lapsed_customer_count,
        any_value({{ days_between(
            'companies.first_order_date', 'companies.last_order_date'
        ) }}) as log_age_days
    from customers
    inner join companies
        on customers.company_id = companies.company_id
    where customers.paid_order_count > 0
    group by all
),

last_periods as (
    select
        company_id,
        period_type,
        customer_count,
        lapsed_customer_count
    from activity
    qualify
        period_start_date
        = max(period_start_date) over (partition by company_id, period_type)
)

select
    last_periods.company_id,
    last_periods.period_type,
    last_periods.customer_count,
    last_periods.lapsed_customer_count,
    counted.customer_count as expected_customer_count,
    counted.lapsed_customer_count as expected_lapsed_customer_count
from last_periods
inner join counted
    on last_periods.company_id = counted.company_id
where
    last_periods.customer_count <> counted.customer_count
    or last_periods.lapsed_customer_count is distinct from case
        when counted.log_age_days >= {{ var('lapsed_after_days') }}
            then counted.lapsed_customer_count
    end
