{%- set weeks = 26 -%}
with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

dated_companies as (
    select * from {{ ref('int_dated_refunds') }}
),

refunds as (
    select * from {{ ref('int_refunds') }}
    where has_order
),

orders as (
    select * from {{ ref('int_orders') }}
    where is_paid
),

-- Refunds of the orders of a year and a half, in whole weeks of age.
made as (
    select
        refunds.company_id,
        {{ whole(days_between('orders.order_date', 'windows.as_of_date'), 7) }}
            as age_weeks,
        least(
            {{ whole(
                'greatest(' ~ days_between('orders.order_date', 'refunds.refund_date')
                ~ ', 0)', 7
            ) }},
            {{ weeks }}
        ) as lag_weeks,
        sum(refunds.refund_amount) as refund_amount
    from refunds
    inner join dated_companies
        on refunds.company_id = dated_companies.company_id
    inner join orders
        on
            refunds.company_id = orders.company_id
            and refunds.order_id = orders.order_id
    inner join windows
        on
            refunds.company_id = windows.company_id
            and orders.order_date <= windows.as_of_date
            and orders.order_date > windows.as_of_date - 547
    group by all
),

steps as (
    select
        dated_companies.company_id,
        {{ each_below(weeks + 1) }} as week_number
    from dated_companies
),

-- Only orders old enough to have shown a week tell what came in it.
triangle as (
    select
        steps.company_id,
        steps.week_number,
        coalesce(
            sum(made.refund_amount) filter (
                where made.lag_weeks = steps.week_number
            ), 0
        ) as in_week_amount,
        coalesce(sum(made.refund_amount), 0) as by_week_amount
    from steps
    left join made
        on
            steps.company_id = made.company_id
            and steps.week_number < made.age_weeks
            and steps.week_number >= made.lag_weeks
    group by all
),

shares as (
    select
        company_id,
        week_number,
        case
            when by_week_amount > 0
                then cast(in_week_amount as double) / by_week_amount
            else 0
        end as made_share
    from triangle
),

final as (
    select
        company_id,
        week_number,
        -- What share of all refunds is made by the end of a week: those that come later
        -- are taken off one after the other.
        coalesce(
            {{ running_product('1 - made_share', 'later_weeks') }},
            1
        ) as developed_share
    from shares
    window later_weeks as (
        partition by company_id
        order by week_number
        rows between 1 following and unbounded following
    )
)

select * from final
