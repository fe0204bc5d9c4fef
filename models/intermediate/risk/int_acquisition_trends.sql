with

periods as (
    select * from {{ ref('int_acquisition_periods') }}
),

changes as (
    select * from {{ ref('int_acquisition_changes') }}
),

-- Only beside the same months: a season would be taken for a trend.
final as (
    select
        changes.company_id,
        changes.certain_change as acquisition_quality_change
    from changes
    inner join periods
        on
            changes.company_id = periods.company_id
            and changes.age_days = periods.age_days
            and periods.cohort_type = 'newest'
            and periods.compared_with = 'same months a year before'
    where changes.age_days = 90
)

select * from final
