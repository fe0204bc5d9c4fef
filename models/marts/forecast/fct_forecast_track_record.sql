with

forecasts as (
    select * from {{ ref('int_kept_forecasts') }}
),

companies as (
    select * from {{ ref('dim_companies') }}
),

-- The sum of some days is the difference of two of these.
to_date as (
    select
        company_id,
        revenue_date,
        sum(net_revenue_amount) over so_far as net_amount,
        sum(gross_amount) over so_far as gross_amount
    from {{ ref('fct_daily_revenue') }}
    window so_far as (partition by company_id order by revenue_date)
),

compared as (
    select
        forecasts.*,
        companies.currency,
        forecasts.due_date <= companies.as_of_date as is_due,
        cast(
            if(is_due, at_end.net_amount - at_cutoff.net_amount, null) as decimal(18, 2)
        ) as actual_total_amount,
        -- An order or two may be late; a mapping that changed moves the whole year.
        coalesce(
            abs(
                at_cutoff.gross_amount - coalesce(before_year.gross_amount, 0)
                - forecasts.trailing_gross_amount
            ) <= 0.02 * forecasts.trailing_gross_amount,
            true
        ) as is_comparable
    from forecasts
    inner join companies
        on forecasts.company_id = companies.company_id
    left join to_date as at_end
        on
            forecasts.company_id = at_end.company_id
            and forecasts.due_date = at_end.revenue_date
    left join to_date as at_cutoff
        on
            forecasts.company_id = at_cutoff.company_id
            and forecasts.trained_through_date = at_cutoff.revenue_date
    left join to_date as before_year
        on
            forecasts.company_id = before_year.company_id
            and greatest(
                forecasts.trained_through_date - 365, forecasts.first_revenue_date - 1
            ) = before_year.revenue_date
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
