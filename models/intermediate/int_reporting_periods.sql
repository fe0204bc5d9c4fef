with

companies as (
    select * from {{ ref('dim_companies') }}
),

period_types as (
    select unnest(['month', 'week']) as period_type
),

starts as (
    select
        companies.company_id,
        companies.first_order_date,
        companies.last_order_date,
        period_types.period_type,
        cast(
            unnest(
                range(
                    date_trunc(period_types.period_type, companies.first_order_date),
                    companies.last_order_date + interval 1 day,
                    case period_types.period_type
                        when 'month' then to_months(1) else to_days(7)
                    end
                )
            ) as date
        ) as period_start_date
    from companies
    cross join period_types
    where companies.first_order_date is not null
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
        least(period_end_date, last_order_date) - first_order_date as log_age_days,
        period_start_date < first_order_date or period_end_date > last_order_date
            as is_partial_period
    from ends
)

select * from final
