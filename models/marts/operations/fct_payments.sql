with

payments as (
    select * from {{ ref('stg_shop__payments') }}
),

companies as (
    select * from {{ ref('dim_companies') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

-- What the successful payments of an order add up to, beside what it asks for.
paid as (
    select
        company_id,
        order_id,
        sum(payment_amount) filter (where is_successful) as paid_amount
    from payments
    group by all
),

final as (
    select
        payments.company_id,
        payments.payment_id,
        payments.order_id,
        orders.order_id is not null as has_order,
        case
            when payments.has_several_orders then 'several orders'
            when orders.order_id is null then 'no order'
        end as unmatched_reason,
        coalesce(orders.is_paid, false) as is_order_paid,
        payments.payment_method,
        payments.payment_amount,
        payments.paid_at,
        coalesce(payments.paid_date, orders.order_date) as payment_date,
        payments.status,
        payments.is_successful,
        {{ seconds_between('orders.ordered_at', 'payments.paid_at') }} / 3600
            as hours_to_pay,
        cast(
            coalesce(paid.paid_amount, 0) - orders.order_gross_amount as decimal(18, 2)
        ) as order_difference_amount,
        -- The rate of the order's day; a payment without an order stands as it is.
        coalesce(
            cast(
                cast(payments.payment_amount as decimal(19, 2)) * orders.exchange_rate
                as decimal(18, 2)
            ),
            payments.payment_amount
        ) as converted_amount,
        companies.currency
    from payments
    inner join companies
        on payments.company_id = companies.company_id
    left join orders
        on
            payments.company_id = orders.company_id
            and payments.order_id = orders.order_id
    left join paid
        on
            payments.company_id = paid.company_id
            and payments.order_id = paid.order_id
)

select * from final
