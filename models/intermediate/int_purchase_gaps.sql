with

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

numbered as (
    select
        company_id,
        order_date,
        lag(order_date) over (
            partition by company_id, customer_id
            order by order_date
        ) as previous_order_date
    from customer_days
),

final as (
    select
        company_id,
        order_date,
        previous_order_date,
        {{ days_between('previous_order_date', 'order_date') }} as gap_days
    from numbered
    where previous_order_date is not null
)

select * from final
