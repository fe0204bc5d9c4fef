with

edges as (
    select * from {{ ref('int_acquisition_months') }}
),

cohorts as (
    select
        *,
        if(cohort_type = 'quarter', 3, 1) as month_count,
        cast(date_trunc(cohort_type, first_month) as date) as begin_month
    from edges
),

numbered as (
    select
        *,
        {{ each_below(
            whole(months_between('begin_month', 'last_month'), 'month_count') ~ ' + 1'
        ) }} as cohort_number
    from cohorts
),

dated as (
    select
        *,
        {{ months_after('begin_month', 'month_count * cohort_number') }} as from_month,
        {{ months_after('begin_month', 'month_count * (cohort_number + 1) - 1') }}
            as through_month
    from numbered
),

-- The last six months, or as many from three on as have theirs of the year before.
newest as (
    select
        *,
        {{ months_between('first_month', 'last_month') }} - 11 as paired_count,
        if(paired_count between 3 and 5, paired_count, 6) as newest_count
    from edges
),

periods as (
    select
        company_id,
        age_days,
        first_month,
        cohort_type,
        from_month,
        through_month
    from dated
    where from_month >= first_month and through_month <= last_month
    union all
    select
        company_id,
        age_days,
        first_month,
        'newest' as cohort_type,
        case
            when first_month <= last_month
                then
                    greatest(
                        first_month,
                        {{ months_after('last_month', '1 - newest_count') }}
                    )
        end as from_month,
        case when first_month <= last_month then last_month end as through_month
    from newest
),

based as (
    select
        *,
        case
            when from_month - interval 12 months >= first_month
                then 'same months a year before'
            when from_month > first_month then 'months before'
        end as compared_with
    from periods
),

final as (
    select
        company_id,
        age_days,
        cohort_type,
        from_month,
        through_month,
        compared_with,
        cast(case
            when compared_with is not null
                then greatest(first_month, from_month - interval 12 months)
        end as date) as earlier_from_month,
        cast(case compared_with
            when 'same months a year before' then through_month - interval 12 months
            when 'months before' then from_month - interval 1 month
        end as date) as earlier_through_month
    from based
)

select * from final
