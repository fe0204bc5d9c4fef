with

forecasts as (
    select * from {{ ref('int_kept_forecasts') }}
),

companies as (
    select * from {{ ref('dim_companies') }}
),

daily as (
    select * from {{ ref('fct_daily_revenue') }}
),

-- What the log says today: of the days that were forecast, and of the year before them.
found as (
    select
        forecasts.company_id,
        forecasts.run_id,
        forecasts.horizon_days,
        cast(sum(daily.net_revenue_amount) filter (
            where daily.revenue_date > forecasts.trained_through_date
        ) as decimal(18, 2)) as total_amount,
        sum(daily.gross_amount) filter (
            where
            daily.revenue_date <= forecasts.trained_through_date
            and daily.revenue_date > forecasts.trained_through_date - 365
            and daily.revenue_date >= forecasts.first_revenue_date
        ) as trailing_gross_amount
    from forecasts
    inner join daily
        on
            forecasts.company_id = daily.company_id
            and forecasts.due_date >= daily.revenue_date
    group by all
),

compared as (
    select
        forecasts.*,
        companies.currency,
        forecasts.due_date <= companies.as_of_date as is_due,
        if(is_due, found.total_amount, null) as actual_total_amount,
        -- An order or two may be late; a mapping that changed moves the whole year.
        coalesce(
            abs(found.trailing_gross_amount - forecasts.trailing_gross_amount)
            <= 0.02 * forecasts.trailing_gross_amount,
            true
        ) as is_comparable
    from forecasts
    inner join companies
        on forecasts.company_id = companies.company_id
    left join found
        on
            forecasts.company_id = found.company_id
            and forecasts.run_id = found.run_id
            and forecasts.horizon_days = found.horizon_days
),

final as (
    select
        company_id,
        run_id,
        run_at,
        trained_through_date,
        horizon_days,
        due_date,
        is_due,
        p05_amount,
        p10_amount,
        p25_amount,
        p50_amount,
        p75_amount,
        p90_amount,
        p95_amount,
        actual_total_amount,
        actual_total_amount between p25_amount and p75_amount as is_inside_50,
        actual_total_amount between p10_amount and p90_amount as is_inside_80,
        actual_total_amount between p05_amount and p95_amount as is_inside_90,
        is_comparable,
        case
            when not is_due then 'not yet due'
            when not is_comparable then 'the log was restated'
            when actual_total_amount < p10_amount then 'below'
            when actual_total_amount > p90_amount then 'above'
            else 'held'
        end as outcome,
        is_current,
        not is_current and not is_due as is_superseded,
        currency
    from compared
)

select * from final
