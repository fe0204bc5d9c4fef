with

companies as (
    select * from {{ ref('dim_companies') }}
),

customer_base as (
    select * from {{ ref('int_customer_base') }}
),

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

-- In whole millionths of a cent: the order of customers changes nothing.
active_periods as (
    select
        company_id,
        period_type,
        period_start_date,
        count(*) as active_customer_count,
        sum(paid_order_count) as paid_order_count,
        sum(net_revenue_amount) as net_revenue_amount,
        {{ rounded_quotient(
            'sum('
            ~ quotient(cents('net_revenue_amount') ~ ' * 1000000', 'paid_order_count')
            ~ ')',
            'count(*) * 1000000'
        ) }} as average_order_cents_per_customer,
        {{ mean('active_day_count') }} as average_active_day_count
    from customer_periods
    group by all
),

compared as (
    select
        customer_base.*,
        active_periods.paid_order_count,
        active_periods.net_revenue_amount,
        active_periods.average_order_cents_per_customer,
        active_periods.average_active_day_count,
        coalesce(active_periods.active_customer_count, 0) as active_customer_count,
        lag(coalesce(active_periods.active_customer_count, 0)) over by_period
            as previous_active_customer_count,
        customer_base.is_partial_period
        or lag(customer_base.is_partial_period) over by_period
            as is_compared_to_partial
    from customer_base
    left join active_periods
        on
            customer_base.company_id = active_periods.company_id
            and customer_base.period_type = active_periods.period_type
            and customer_base.period_start_date = active_periods.period_start_date
    window by_period as (
        partition by customer_base.company_id, customer_base.period_type
        order by customer_base.period_start_date
    )
),

final as (
    select
        compared.company_id,
        companies.currency,
        compared.period_type,
        compared.period_start_date,
        compared.is_partial_period,
        compared.customer_count,
        compared.new_customer_count,
        compared.active_customer_count,
        case
            when not compared.is_compared_to_partial
                then
                    cast(
                        compared.active_customer_count
                        - compared.previous_active_customer_count as double
                    )
                    / nullif(compared.previous_active_customer_count, 0)
        end as active_customer_change_rate,
        compared.lapsed_customer_count,
        cast(compared.lapsed_customer_count as double)
        / nullif(compared.customer_count, 0) as lapsed_share,
        cast(coalesce(compared.paid_order_count, 0) as bigint) as paid_order_count,
        cast(coalesce(compared.net_revenue_amount, 0) as decimal(18, 2))
            as net_revenue_amount,
        cast(
            cast(compared.average_order_cents_per_customer as decimal(18, 0)) * 0.01
            as decimal(18, 2)
        ) as average_order_amount_per_customer,
        {{ money_per('compared.net_revenue_amount', 'compared.active_customer_count') }}
            as average_customer_spend_amount,
        compared.average_active_day_count
    from compared
    inner join companies
        on compared.company_id = companies.company_id
)

select * from final
