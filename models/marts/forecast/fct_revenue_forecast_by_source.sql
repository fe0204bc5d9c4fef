with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

sources as (
    select * from {{ ref('stg_forecasting__revenue_sources') }}
),

final as (
    select
        sources.company_id,
        sources.window_name,
        sources.window_start_date,
        sources.window_end_date,
        {{ days_between('sources.window_start_date', 'sources.window_end_date') }} + 1
            as window_day_count,
        runs.currency,
        sources.revenue_source,
        case sources.revenue_source
            when 'existing' then 'Customers of today'
            when 'new' then 'Customers not yet won'
            when 'guests' then 'Guests'
        end as source_name,
        sources.expected_amount as expected_net_revenue_amount,
        sources.p10_amount as p10_net_revenue_amount,
        sources.p50_amount as p50_net_revenue_amount,
        sources.p90_amount as p90_net_revenue_amount,
        case
            when sum(sources.expected_amount) over of_window > 0
                then
                    cast(sources.expected_amount as double)
                    / sum(sources.expected_amount) over of_window
        end as revenue_share,
        runs.trained_through_date
    from sources
    inner join runs
        on
            sources.company_id = runs.company_id
            and sources.run_id = runs.run_id
    window of_window as (
        partition by sources.company_id, sources.run_id, sources.window_name
    )
)

select * from final
