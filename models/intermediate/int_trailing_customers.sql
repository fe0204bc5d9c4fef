with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

yearly as (
    select
        customer_days.company_id,
        customer_days.customer_id,
        case
            when customer_days.order_date >= windows.year_start_date then 0 else 1
        end as years_before,
        sum(customer_days.net_revenue_amount) as net_revenue_amount,
        sum(customer_days.paid_order_count) as paid_order_count,
        max(customer_days.order_date) as last_paid_date
    from customer_days
    inner join windows
        on
            customer_days.company_id = windows.company_id
            and customer_days.order_date >= windows.year_before_start_date
            and customer_days.order_date <= windows.as_of_date
    -- A year that the log does not cover would be compared with a whole one.
    where
        customer_days.order_date >= windows.year_start_date
        or windows.first_order_date <= windows.year_before_start_date
    group by all
),

final as (
    select
        company_id,
        customer_id,
        cast(years_before as bigint) as years_before,
        cast(net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        -- Who spent less than was refunded adds nothing to what others bring.
        cast(greatest(net_revenue_amount, 0) as decimal(18, 2))
            as positive_revenue_amount,
        cast(paid_order_count as bigint) as paid_order_count,
        last_paid_date,
        cast(
            row_number() over (
                partition by company_id, years_before
                order by net_revenue_amount desc, customer_id asc
            ) as bigint
        ) as revenue_rank
    from yearly
)

select * from final
