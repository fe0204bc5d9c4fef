with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

-- A JSON object of name to weight.
members as (
    select
        company_id,
        run_id,
        {{ each_key('members') }} as member_name,
        members as weights
    from runs
),

final as (
    select
        company_id,
        run_id,
        member_name,
        case member_name
            when 'member_prophet_yearly' then 'Prophet, yearly season'
            when 'member_prophet_flat' then 'Prophet, no yearly season'
            when 'member_level_yearly' then 'Level, yearly season'
            when 'member_level_flat_yearly' then 'Flat level, yearly season'
            when 'member_level_plain' then 'Level, no yearly season'
            when 'member_weekly_smoothing' then 'Weekly smoothing'
            when 'member_last_year' then 'Last year'
            when 'naive_seasonal_7' then 'Same weekday last week'
            when 'naive_seasonal_364' then 'Same day last year'
            when 'naive_recent_bootstrap' then 'Recent weeks'
            else member_name
        end as member_label,
        cast({{ json_value('weights', 'member_name') }} as double) as weight_share
    from members
)

select * from final
