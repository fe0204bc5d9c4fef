with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

days as (
    select * from {{ ref('fct_daily_revenue') }}
),

totals as (
    select * from {{ ref('fct_revenue_forecast_totals') }}
    where model_name = 'paidnet'
),

-- The days forecast, a year before, where the log holds them all: of the same season.
year_before as (
    select
        runs.company_id,
        cast(sum(days.net_revenue_amount) as decimal(18, 2)) as year_before_amount
    from runs
    inner join days
        on
            runs.company_id = days.company_id
            and {{ days_between('days.revenue_date', 'runs.trained_through_date') }}
            between 365 - runs.horizon_days and 364
    group by runs.company_id, runs.horizon_days
    having count(*) = runs.horizon_days
),

quantiles as (
    select
        totals.company_id,
        year_before.year_before_amount,
        max(totals.total_net_revenue_amount) filter (where totals.quantile = 0.1)
            as p10_amount,
        max(totals.total_net_revenue_amount) filter (where totals.quantile = 0.5)
            as p50_amount,
        max(totals.total_net_revenue_amount) filter (where totals.quantile = 0.9)
            as p90_amount,
        {{ probability_below(
            'totals.quantile', 'totals.total_net_revenue_amount',
            'year_before.year_before_amount'
        ) }} as probability_below,
        {{ probability_label(
            'totals.quantile', 'totals.total_net_revenue_amount',
            'year_before.year_before_amount'
        ) }} as probability_label
    from totals
    inner join runs
        on
            totals.company_id = runs.company_id
            and totals.horizon_days = runs.horizon_days
    left join year_before
        on totals.company_id = year_before.company_id
    group by totals.company_id, year_before.year_before_amount
),

final as (
    select
        runs.company_id,
        runs.horizon_days,
        quantiles.p10_amount as forecast_p10_amount,
        quantiles.p50_amount as forecast_p50_amount,
        quantiles.p90_amount as forecast_p90_amount,
        quantiles.year_before_amount,
        cast(quantiles.p10_amount as double)
        / nullif(greatest(quantiles.year_before_amount, 0), 0) as forecast_p10_ratio,
        cast(quantiles.p50_amount as double)
        / nullif(greatest(quantiles.year_before_amount, 0), 0) as forecast_p50_ratio,
        cast(quantiles.p90_amount as double)
        / nullif(greatest(quantiles.year_before_amount, 0), 0) as forecast_p90_ratio,
        quantiles.probability_below as probability_below_year_before,
        if(
            quantiles.year_before_amount is not null, quantiles.probability_label, null
        ) as probability_below_year_before_label
    from runs
    left join quantiles
        on runs.company_id = quantiles.company_id
)

select * from final
