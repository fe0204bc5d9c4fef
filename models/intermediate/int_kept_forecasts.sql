{%- set levels = [5, 10, 25, 50, 75, 90, 95] -%}
with

-- The last forecast that was made of what was known on a day is the one that stood.
runs as (
    select * from {{ ref('stg_forecasting__runs') }}
    where trained_through_date is not null and asked_as_of_date is null
    qualify row_number() over (
        partition by company_id, trained_through_date
        order by run_at desc, run_id desc
    ) = 1
),

totals as (
    select * from {{ ref('stg_forecasting__totals') }}
),

final as (
    select
        runs.company_id,
        runs.run_id,
        runs.run_at,
        runs.is_current,
        runs.first_revenue_date,
        runs.trained_through_date,
        runs.trailing_gross_amount,
        totals.horizon_days,
        {% for level in levels %}
            max(totals.total_net_revenue_amount) filter (
                where totals.quantile = {{ level / 100 }}
            ) as {{ 'p%02d_amount' % level }},
        {% endfor %}
        cast(
            {{ days_after('runs.trained_through_date', 'totals.horizon_days') }} as date
        ) as due_date
    from runs
    inner join totals
        on
            runs.company_id = totals.company_id
            and runs.run_id = totals.run_id
    group by all
)

select * from final
