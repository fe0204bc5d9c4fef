with

customer_months as (
    select * from {{ ref('fct_customer_months') }}
),

customer_weeks as (
    select * from {{ ref('fct_customer_weeks') }}
),

customer_periods as (
    select
        company_id,
        'month' as period_type,
        spend_month as period_start_date,
        paid_order_count,
        net_revenue_amount,
        active_day_count
    from customer_months
    union all
    select
        company_id,
        'week' as period_type,
        week_start_date as period_start_date,
        paid_order_count,
        net_revenue_amount,
        active_day_count
    from customer_weeks
),

final as (
    select
        company_id,
        period_type,
        period_start_date,
        count(*) as active_customer_count,
        cast(sum(paid_order_count) as bigint) as paid_order_count,
        cast(sum(net_revenue_amount) as decimal(18, 2)) as net_revenue_amount,
        -- In whole millionths of a cent: the order of customers changes nothing.
        cast(
            cast(
                {{ rounded_quotient(
                    'sum(cast(net_revenue_amount * 100 as hugeint) * 1000000'
                    ~ ' // paid_order_count)',
                    'count(*) * 1000000'
                ) }} as decimal(18, 0)
            ) * 0.01 as decimal(18, 2)
        ) as average_order_amount_per_customer,
        avg(active_day_count) as average_active_day_count
    from customer_periods
    group by all
)

select * from final
