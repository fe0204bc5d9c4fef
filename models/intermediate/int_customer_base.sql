with

periods as (
    select * from {{ ref('int_reporting_periods') }}
),

changes as (
    select * from {{ ref('int_customer_status_changes') }}
),

counted as (
    select
        periods.company_id,
        periods.period_type,
        periods.period_start_date,
        periods.is_partial_period,
        periods.log_age_days,
        coalesce(changes.new_customer_change, 0) as new_customer_count,
        sum(coalesce(changes.customer_change, 0)) over so_far as customer_count,
        sum(coalesce(changes.lapsed_customer_change, 0)) over so_far
            as lapsed_customer_count
    from periods
    left join changes
        on
            periods.company_id = changes.company_id
            and periods.period_type = changes.period_type
            and periods.period_start_date = changes.period_start_date
    window so_far as (
        partition by periods.company_id, periods.period_type
        order by periods.period_start_date
    )
),

final as (
    select
        company_id,
        period_type,
        period_start_date,
        is_partial_period,
        new_customer_count,
        cast(customer_count as bigint) as customer_count,
        -- In a log younger than that, nobody can be seen to have lapsed.
        case
            when log_age_days >= {{ var('lapsed_after_days') }}
                then cast(lapsed_customer_count as bigint)
        end as lapsed_customer_count
    from counted
)

select * from final
