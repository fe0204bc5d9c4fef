with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

-- Everybody here is followed for 90 days: whoever bought first later is not.
followed as (
    select
        customers.company_id,
        customers.customer_id,
        customers.first_paid_date
    from customers
    inner join windows
        on
            customers.company_id = windows.company_id
            and customers.first_paid_date <= windows.as_of_date - 90
            and customers.first_paid_date > windows.as_of_date - 455
    where not customers.has_older_orders
),

-- A second order on the first day is a second order.
second_purchases as (
    select
        followed.company_id,
        followed.customer_id,
        min(
            {{ days_between('followed.first_paid_date', 'customer_days.order_date') }}
        ) as second_day
    from followed
    inner join customer_days
        on
            followed.company_id = customer_days.company_id
            and followed.customer_id = customer_days.customer_id
            and (
                followed.first_paid_date < customer_days.order_date
                or customer_days.paid_order_count > 1
            )
    group by all
),

final as (
    select
        followed.company_id,
        {% for days in [30, 60, 90] %}
            case
                when count(*) >= {{ var('least_customers_followed') }}
                    then count_if(second_purchases.second_day <= {{ days }}) / count(*)
            end as repurchase_{{ days }}_day_rate,
        {% endfor %}
        count(*) as followed_customer_count
    from followed
    left join second_purchases
        on
            followed.company_id = second_purchases.company_id
            and followed.customer_id = second_purchases.customer_id
    group by all
)

select * from final
