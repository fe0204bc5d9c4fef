with

refunds as (
    select * from {{ ref('int_refunds') }}
),

-- The sum is reduced, not each refund: three thirds are the whole order.
added_up as (
    select
        company_id,
        order_id,
        {{ in_proportion(
            'cast(sum(paid_back_amount) as decimal(18, 2))',
            'any_value(gross_amount)', 'any_value(order_gross_amount)'
        ) }} as refund_amount
    from refunds
    where has_order
    group by all
)

select * from added_up
