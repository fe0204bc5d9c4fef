with

coverage as (
    select * from {{ ref('fct_forecast_live_coverage') }}
    where is_latest
),

-- Forecasts of 30 days come due first; those of the longest horizon say most.
companies as (
    select
        company_id,
        max(horizon_days) as horizon_days,
        max_by(window_number, horizon_days) as window_count,
        max_by(held_window_count, horizon_days) as held_window_count,
        bool_or(live_record = 'too narrow') as is_too_narrow,
        bool_or(live_record = 'too wide') as is_too_wide
    from coverage
    group by company_id
),

final as (
    select
        company_id,
        horizon_days,
        window_count,
        held_window_count,
        case
            when is_too_narrow then 'too narrow'
            when is_too_wide then 'too wide'
            else 'as promised'
        end as live_record,
        printf(
            'of %d forecast%s of %d days that came due, %d held',
            window_count, if(window_count = 1, '', 's'), horizon_days, held_window_count
        )
        || case
            when is_too_narrow
                then ': live ranges are too narrow, treat P10 as optimistic'
            when is_too_wide then ': live ranges are wider than they need be'
            else ''
        end as live_sentence
    from companies
)

select * from final
