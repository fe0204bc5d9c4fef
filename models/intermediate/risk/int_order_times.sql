with

orders as (
    select * from {{ ref('int_orders') }}
    where is_refund_without_order is not true
),

paces as (
    select
        company_id,
        count(*) / greatest(
            date_diff('minute', min(ordered_at), max(ordered_at)), 1
        ) as orders_a_minute
    from orders
    group by all
),

-- The digits at the end of an id: #1001, EU-1002.
numbered as (
    select
        company_id,
        order_id,
        order_date,
        ordered_at,
        try_cast(regexp_extract(order_id, '(\d{1,18})$', 1) as bigint) as id_number,
        count(*) over (
            partition by company_id, date_trunc('minute', ordered_at)
        ) as same_minute_count,
        ordered_local_at = date_trunc('day', ordered_local_at) as is_at_midnight
    from orders
),

ordered as (
    select
        *,
        lag(id_number) over (
            partition by company_id
            order by ordered_at, order_id
        ) as previous_id_number,
        min(id_number) over (
            partition by company_id
            order by order_date
            range between interval 2 days following and unbounded following
        ) as least_later_id_number
    from numbered
),

-- Ten orders in a minute, and fifty times the usual pace, are a bulk load or a rush.
final as (
    select
        ordered.company_id,
        ordered.order_id,
        ordered.order_date,
        ordered.ordered_at,
        ordered.id_number is not null as has_id_number,
        ordered.id_number >= ordered.previous_id_number as is_ascending,
        coalesce(ordered.id_number > ordered.least_later_id_number, false)
            as is_back_dated,
        ordered.is_at_midnight,
        ordered.same_minute_count >= greatest(10, 50 * paces.orders_a_minute)
            as is_in_rush
    from ordered
    inner join paces
        on ordered.company_id = paces.company_id
)

select * from final
