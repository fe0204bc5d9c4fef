with

orders as (
    select * from {{ ref('int_orders') }}
),

counting_companies as (
    select distinct company_id
    from orders
    where
        reported_customer_order_count is not null
        or reported_customer_spend_amount is not null
),

final as (
    select
        orders.company_id,
        orders.customer_id,
        orders.order_id,
        orders.reported_customer_order_count,
        orders.reported_customer_spend_amount,
        count(*) over so_far as running_order_count,
        -- The shop counts what customers paid, tax and shipping with it.
        cast(
            sum(case when orders.is_paid then orders.charged_amount else 0 end)
                over so_far
            as decimal(18, 2)
        ) as running_spend_amount,
        cast(
            sum(case when orders.is_paid then orders.charged_amount else 0 end)
                over (partition by orders.company_id, orders.customer_id)
            as decimal(18, 2)
        ) as spend_amount
    from orders
    semi join counting_companies
        on orders.company_id = counting_companies.company_id
    where orders.customer_id is not null
    window
        so_far as (
            partition by orders.company_id, orders.customer_id
            order by orders.ordered_at, orders.order_id
            rows between unbounded preceding and current row
        )
)

select * from final
