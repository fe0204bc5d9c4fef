with

periods as (
    select * from {{ ref('int_acquisition_periods') }}
    where cohort_type = 'newest' and compared_with is not null
),

cohort_spend as (
    select * from {{ ref('int_cohort_spend') }}
),

-- A month of the year before is paired with its own, so that a season cancels out.
months as (
    select
        periods.company_id,
        periods.age_days,
        cohort_spend.cohort_month >= periods.from_month as is_newest,
        if(
            periods.compared_with = 'months before', year(cohort_spend.cohort_month), 0
        ) * 12 + month(cohort_spend.cohort_month) as pair,
        sum(cohort_spend.customer_count) as customers,
        sum(cohort_spend.customer_count) filter (
            where cohort_spend.second_purchase_days is not null
        ) as again,
        cast(sum(cohort_spend.net_revenue_amount) * 100 as double) as cents,
        sum(cohort_spend.squared_spend) as squared
    from periods
    inner join cohort_spend
        on
            periods.company_id = cohort_spend.company_id
            and periods.age_days = cohort_spend.age_days
            and (
                cohort_spend.cohort_month
                between periods.from_month and periods.through_month
                or cohort_spend.cohort_month
                between periods.earlier_from_month and periods.earlier_through_month
            )
    group by all
),

final as (
    {% for measure, total, squared in [
        ('net_revenue', 'cents', 'squared'),
        ('bought_again', 'coalesce(again, 0)', 'coalesce(again, 0)'),
    ] %}
        select
            company_id,
            age_days,
            is_newest,
            cast(pair as bigint) as pair,
            '{{ measure }}' as measure,
            cast(customers as double) as customers,
            cast({{ total }} as double) as total,
            cast({{ squared }} as double) as squared
        from months
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
