with

refunds as (
    select * from {{ ref('int_refunds') }}
),

orders as (
    select * from {{ ref('int_orders') }}
),

amounts as (
    select
        company_id,
        refund_amount as dated_amount,
        0 as known_amount
    from refunds
    union all
    select
        company_id,
        null as dated_amount,
        refund_amount as known_amount
    from orders
    where is_paid or is_refund_without_order
),

-- A few rows below zero among the orders have a day too, but say nothing of the refunds
-- that stand in a column of their orders. Some of these may lack a day nonetheless.
dated as (
    select company_id
    from amounts
    group by all
    having sum(dated_amount) >= 0.9 * sum(known_amount)
)

select * from dated
