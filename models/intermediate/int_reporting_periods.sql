with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

period_types as (
    select {{ each_of(["'month'", "'week'"]) }} as period_type
),

starts as (
    select
        windows.company_id,
        windows.first_order_date,
        windows.last_order_date,
        period_types.period_type,
        {{ each_period(
            'period_types.period_type', 'windows.first_order_date', 'windows.last_order_date'
        ) }} as period_start_date
    from windows
    cross join period_types
),

ends as (
    select
        company_id,
        period_type,
        period_start_date,
        first_order_date,
        last_order_date,
        case period_type
            when 'month' then last_day(period_start_date) else period_start_date + 6
        end as period_end_date
    from starts
),

final as (
    select
        company_id,
        period_type,
        period_start_date,
        least(period_end_date, last_order_date) as counted_through_date,
        {{ days_between(
            'first_order_date', 'least(period_end_date, last_order_date)'
        ) }} as log_age_days,
        period_start_date < first_order_date or period_end_date > last_order_date
            as is_partial_period
    from ends
)

select * from final
