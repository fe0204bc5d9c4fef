with

orders as (
    select * from {{ ref('int_orders') }}
    where is_paid
),

order_times as (
    select * from {{ ref('int_order_times') }}
    where is_out_of_order or is_in_rush
),

buyers as (
    select * from {{ ref('int_buyer_patterns') }}
),

amounts as (
    select * from {{ ref('int_amount_patterns') }}
),

recent as (
    select
        *,
        case
            when customer_id is not null
                then count(*) over (partition by company_id, customer_id, order_date)
        end as same_day_count
    from {{ ref('int_recent_orders') }}
),

found as (
    {% for flag, condition in [
        ('back_dated_order_share', 'is_out_of_order'), ('rush_order_share', 'is_in_rush'),
    ] %}
        select
            order_times.company_id,
            order_times.order_id,
            '{{ flag }}' as flag_id
        from order_times
        where order_times.{{ condition }}
        union all
    {% endfor %}
    select
        recent.company_id,
        recent.order_id,
        'most_orders_in_a_day' as flag_id
    from recent
    qualify
        recent.same_day_count
        = max(recent.same_day_count) over (partition by recent.company_id)
    union all
    select
        recent.company_id,
        recent.order_id,
        'regular_buyer_revenue_share' as flag_id
    from recent
    inner join buyers
        on
            recent.company_id = buyers.company_id
            and recent.customer_id = buyers.customer_id
    where buyers.regular_rank <= 5 and buyers.regular_order_count > 0
    union all
    select
        recent.company_id,
        recent.order_id,
        'repeated_amount_share_change' as flag_id
    from recent
    inner join amounts
        on
            recent.company_id = amounts.company_id
            and recent.gross_amount = amounts.repeated_amount
    where recent.age_days < 90
    union all
    select
        company_id,
        order_id,
        'round_amount_share_change' as flag_id
    from recent
    where age_days < 90 and {{ is_round('gross_amount') }}
),

-- The newest twenty of each: the rest stands in the orders themselves.
final as (
    select
        found.company_id,
        found.flag_id,
        orders.order_id,
        orders.customer_id,
        orders.ordered_at,
        orders.order_date,
        orders.gross_amount,
        cast(
            row_number() over (
                partition by found.company_id, found.flag_id
                order by orders.ordered_at desc, orders.order_id asc
            ) as bigint
        ) as recency
    from found
    inner join orders
        on
            found.company_id = orders.company_id
            and found.order_id = orders.order_id
    qualify recency <= 20
)

select * from final
