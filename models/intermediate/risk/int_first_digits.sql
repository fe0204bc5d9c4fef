with

digits as (
    select * from {{ ref('int_first_digit_shares') }}
),

final as (
    select
        company_id,
        avg(abs(order_share - expected_share)) as first_digit_deviation
    from digits
    group by all
)

select * from final
