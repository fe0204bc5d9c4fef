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
        {{ is_round('orders.gross_amount') }} as is_round
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

changes as (
    select
        counts.company_id,
        counts.gross_amount,
        counts.is_round,
        counts.latest_count / totals.latest_count
        - counts.earlier_count / totals.earlier_count as share_change
    from counts
    inner join totals
        on counts.company_id = totals.company_id
    where totals.latest_count >= 100 and totals.earlier_count >= 100
),

-- One price for every order is no sign of anything; that it suddenly is, may be.
shares as (
    select
        company_id,
        max(share_change) as repeated_amount_share_change,
        max_by(gross_amount, (share_change, gross_amount)) as repeated_amount,
        coalesce(sum(share_change) filter (where is_round), 0)
            as round_amount_share_change
    from changes
    group by all
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
