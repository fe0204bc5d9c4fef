-- Each whole month with a whole month before, or a year before, has its parts, and they
-- are all of its change.
with

months as (
    select * from {{ ref('fct_monthly_revenue') }}
    where not is_partial_month
),

drivers as (
    select
        company_id,
        revenue_month,
        comparison,
        sum(change_amount) as change_amount
    from {{ ref('fct_revenue_drivers') }}
    group by all
),

changes as (
    select
        months.company_id,
        months.revenue_month,
        if(
            {{ months_after('earlier.revenue_month', 1) }} = months.revenue_month,
            'month before', 'year before'
        ) as comparison,
        months.net_revenue_amount - earlier.net_revenue_amount as change_amount
    from months
    inner join months as earlier
        on
            months.company_id = earlier.company_id
            and months.revenue_month in (
                {{ months_after('earlier.revenue_month', 1) }},
                {{ months_after('earlier.revenue_month', 12) }}
            )
)

select
    changes.company_id,
    changes.revenue_month,
    changes.comparison,
    changes.change_amount,
    drivers.change_amount as drivers_amount
from changes
full outer join drivers
    on
        changes.company_id = drivers.company_id
        and changes.revenue_month = drivers.revenue_month
        and changes.comparison = drivers.comparison
where changes.change_amount is distinct from drivers.change_amount
