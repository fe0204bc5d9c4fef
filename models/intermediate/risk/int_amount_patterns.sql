with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

orders as (
    select * from {{ ref('int_orders') }}
    where is_paid and gross_amount > 0
),

aged as (
    select
        orders.company_id,
        orders.gross_amount,
        {{ days_between('orders.order_date', 'windows.as_of_date') }} < 90 as is_latest,
        -- One or two digits, then noughts, in whatever unit: 20, 150, 2500.
        length(rtrim(cast({{ cents('orders.gross_amount') }} as varchar), '0')) <= 2
            as is_round
    from orders
    inner join windows
        on
            orders.company_id = windows.company_id
            and orders.order_date <= windows.as_of_date
            and orders.order_date > windows.as_of_date - 455
),

counts as (
    select
        company_id,
        gross_amount,
        is_round,
        count(*) filter (where is_latest) as latest_count,
        count(*) filter (where not is_latest) as earlier_count
    from aged
    group by all
),

totals as (
    select
        company_id,
        sum(latest_count) as latest_count,
        sum(earlier_count) as earlier_count
    from counts
    group by all
),

-- One price for every order is no sign of anything; that it suddenly is, may be.
shares as (
    select
        counts.company_id,
        max(
            counts.latest_count / totals.latest_count
            - counts.earlier_count / totals.earlier_count
        ) as repeated_amount_share_change,
        arg_max(
            counts.gross_amount,
            counts.latest_count / totals.latest_count
            - counts.earlier_count / totals.earlier_count
        ) as repeated_amount,
        sum(counts.latest_count) filter (where counts.is_round) / totals.latest_count
        - sum(counts.earlier_count) filter (where counts.is_round)
        / totals.earlier_count as round_amount_share_change
    from counts
    inner join totals
        on counts.company_id = totals.company_id
    where totals.latest_count >= 100 and totals.earlier_count >= 100
    group by counts.company_id, totals.latest_count, totals.earlier_count
),

final as (
    select
        company_id,
        repeated_amount,
        cast(repeated_amount_share_change as double) as repeated_amount_share_change,
        cast(round_amount_share_change as double) as round_amount_share_change
    from shares
)

select * from final
