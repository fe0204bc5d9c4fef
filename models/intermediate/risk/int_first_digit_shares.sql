with

orders as (
    select
        company_id,
        cast(gross_amount as double) as gross_amount,
        cast(
            left(trim(leading '0.' from cast(gross_amount as string)), 1) as integer
        ) as first_digit
    from {{ ref('int_recent_orders') }}
    where gross_amount > 0
),

expected as (
    select {{ each_of(range(1, 10) | list) }} as digit
),

digits as (
    select
        company_id,
        first_digit,
        count(*) as digit_count
    from orders
    group by all
),

spreads as (
    select
        company_id,
        count(*) as order_count,
        {{ quantiles('gross_amount', [0.01, 0.99]) }} as quantiles
    from orders
    group by all
),

-- The law holds for amounts that spread over orders of magnitude; prices of one shop
-- seldom do.
final as (
    select
        spreads.company_id,
        cast(expected.digit as bigint) as first_digit,
        coalesce(digits.digit_count, 0) / spreads.order_count as order_share,
        log10(1 + 1 / expected.digit) as expected_share
    from spreads
    cross join expected
    left join digits
        on
            spreads.company_id = digits.company_id
            and expected.digit = digits.first_digit
    where
        spreads.order_count >= 1000
        and {{ element('spreads.quantiles', 2) }}
        >= 300 * {{ element('spreads.quantiles', 1) }}
)

select * from final
