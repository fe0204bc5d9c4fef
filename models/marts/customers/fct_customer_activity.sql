with

companies as (
    select * from {{ ref('dim_companies') }}
),

periods as (
    select * from {{ ref('int_reporting_periods') }}
),

base_changes as (
    select * from {{ ref('int_customer_status_changes') }}
),

active_periods as (
    select * from {{ ref('int_period_activity') }}
),

counted as (
    select
        periods.*,
        coalesce(base_changes.new_customer_change, 0) as new_customer_count,
        sum(coalesce(base_changes.customer_change, 0)) over so_far as customer_count,
        sum(coalesce(base_changes.lapsed_customer_change, 0)) over so_far
            as lapsed_customer_count,
        coalesce(active_periods.active_customer_count, 0) as active_customer_count,
        coalesce(active_periods.paid_order_count, 0) as paid_order_count,
        coalesce(active_periods.net_revenue_amount, 0) as net_revenue_amount,
        active_periods.average_order_amount_per_customer,
        active_periods.average_active_day_count,
        lag(coalesce(active_periods.active_customer_count, 0)) over so_far
            as previous_active_customer_count,
        periods.is_partial_period or lag(periods.is_partial_period) over so_far
            as is_compared_to_partial
    from periods
    left join base_changes
        on
            periods.company_id = base_changes.company_id
            and periods.period_type = base_changes.period_type
            and periods.period_start_date = base_changes.period_start_date
    left join active_periods
        on
            periods.company_id = active_periods.company_id
            and periods.period_type = active_periods.period_type
            and periods.period_start_date = active_periods.period_start_date
    window so_far as (
        partition by periods.company_id, periods.period_type
        order by periods.period_start_date
    )
),

-- In a log younger than that, nobody can be seen to have lapsed.
known as (
    select
        * replace (
            case
                when log_age_days >= {{ var('lapsed_after_days') }}
                    then lapsed_customer_count
            end as lapsed_customer_count
        )
    from counted
),

final as (
    select
        known.company_id,
        companies.currency,
        known.period_type,
        known.period_start_date,
        known.is_partial_period,
        cast(known.customer_count as bigint) as customer_count,
        known.new_customer_count,
        known.active_customer_count,
        cast(
            case
                when not known.is_compared_to_partial
                    then
                        (
                            known.active_customer_count
                            - known.previous_active_customer_count
                        )
                        / nullif(known.previous_active_customer_count, 0)
            end as double
        ) as active_customer_change_rate,
        cast(known.lapsed_customer_count as bigint) as lapsed_customer_count,
        cast(known.lapsed_customer_count / nullif(known.customer_count, 0) as double)
            as lapsed_share,
        known.paid_order_count,
        cast(known.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        known.average_order_amount_per_customer,
        {{ money_per('known.net_revenue_amount', 'known.active_customer_count') }}
            as average_customer_spend_amount,
        cast(known.average_active_day_count as double) as average_active_day_count
    from known
    inner join companies
        on known.company_id = companies.company_id
)

select * from final
