-- Whoever's first week lies within the log is at risk in it, and leaves once.
with

weeks as (
    select * from {{ ref('fct_second_purchases') }}
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
        count(*) as customer_count
    from customers
    inner join companies
        on customers.company_id = companies.company_id
    where
        not customers.has_older_orders
        and customers.first_paid_date + 6 <= companies.last_order_date
    group by all
),

left_by as (
    select
        company_id,
        max(at_risk_customer_count) as at_risk_customer_count,
        sum(second_purchase_count + censored_customer_count) as left_customer_count
    from weeks
    group by all
)

select
    coalesce(counted.company_id, left_by.company_id) as company_id,
    counted.customer_count,
    left_by.at_risk_customer_count,
    left_by.left_customer_count
from counted
full outer join left_by
    on counted.company_id = left_by.company_id
where
    counted.customer_count is distinct from left_by.at_risk_customer_count
    or counted.customer_count is distinct from left_by.left_customer_count
