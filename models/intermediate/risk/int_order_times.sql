with

orders as (
    select * from {{ ref('int_orders') }}
    where is_refund_without_order is not true
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

-- By day, of which there are few: an engine may go through the frame anew for each row.
days as (
    select
        company_id,
        order_date,
        min(id_number) as least_id_number,
        max(id_number) as greatest_id_number
    from numbered
    group by all
),

around as (
    select
        company_id,
        order_date,
        min(least_id_number) over (
            partition by company_id
            order by order_date
            range between interval 2 days following and unbounded following
        ) as least_later_id_number,
        max(greatest_id_number) over (
            partition by company_id
            order by order_date
            range between unbounded preceding and interval 2 days preceding
        ) as greatest_earlier_id_number
    from days
),

ordered as (
    select
        *,
        lag(id_number) over (
            partition by company_id
            order by ordered_at, order_id
        ) as previous_id_number
    from numbered
),

placed as (
    select
        ordered.*,
        coalesce(ordered.id_number > around.least_later_id_number, false)
            as is_too_high,
        coalesce(ordered.id_number < around.greatest_earlier_id_number, false)
            as is_too_low
    from ordered
    inner join around
        on
            ordered.company_id = around.company_id
            and ordered.order_date = around.order_date
),

-- One order with a low id makes all before it too high, one with a high id all after it
-- too low: the fewer are those that are out of order.
companies as (
    select
        company_id,
        count(*) filter (where is_too_high) <= count(*) filter (where is_too_low)
            as fewer_are_too_high,
        count(*) / greatest(
            {{ seconds_between(
                "date_trunc('minute', min(ordered_at))",
                "date_trunc('minute', max(ordered_at))"
            ) }} / 60, 1
        ) as orders_a_minute
    from placed
    group by all
),

-- Ten orders in a minute, and fifty times the usual pace, are a bulk load or a rush.
final as (
    select
        placed.company_id,
        placed.order_id,
        placed.order_date,
        placed.ordered_at,
        placed.id_number is not null as has_id_number,
        placed.id_number >= placed.previous_id_number as is_ascending,
        if(companies.fewer_are_too_high, placed.is_too_high, placed.is_too_low)
            as is_out_of_order,
        placed.is_at_midnight,
        placed.same_minute_count >= greatest(10, 50 * companies.orders_a_minute)
            as is_in_rush
    from placed
    inner join companies
        on placed.company_id = companies.company_id
)

select * from final
