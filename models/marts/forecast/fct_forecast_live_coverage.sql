with recursive

forecasts as (
    select * from {{ ref('fct_forecast_track_record') }}
    where is_due and is_comparable
),

firsts as (
    select
        company_id,
        horizon_days,
        min(due_date) as due_date
    from forecasts
    group by all
),

nexts as (
    select
        earlier.company_id,
        earlier.horizon_days,
        earlier.due_date as earlier_due_date,
        min(later.due_date) as due_date
    from forecasts as earlier
    inner join forecasts as later
        on
            earlier.company_id = later.company_id
            and earlier.horizon_days = later.horizon_days
            and earlier.due_date <= later.trained_through_date
    group by all
),

-- Of forecasts that overlap the first counts: what they share is not two proofs.
apart as (
    select
        company_id,
        horizon_days,
        due_date,
        1 as window_number
    from firsts
    union all
    select
        apart.company_id,
        apart.horizon_days,
        nexts.due_date,
        apart.window_number + 1 as window_number
    from apart
    inner join nexts
        on
            apart.company_id = nexts.company_id
            and apart.horizon_days = nexts.horizon_days
            and apart.due_date = nexts.earlier_due_date
),

bets as (
    select
        forecasts.company_id,
        forecasts.horizon_days,
        cast(apart.window_number as bigint) as window_number,
        forecasts.run_id,
        forecasts.trained_through_date,
        forecasts.due_date,
        forecasts.is_inside_80,
        count(*) filter (where forecasts.is_inside_80) over so_far as held_window_count,
        {{ live_evidence('narrow', 'if(forecasts.is_inside_80, 1, 0)') }}
            as narrow_evidence,
        {{ live_evidence('wide', 'if(forecasts.is_inside_80, 1, 0)') }}
            as wide_evidence
    from apart
    inner join forecasts
        on
            apart.company_id = forecasts.company_id
            and apart.horizon_days = forecasts.horizon_days
            and apart.due_date = forecasts.due_date
    window so_far as (
        partition by forecasts.company_id, forecasts.horizon_days
        order by forecasts.due_date
    )
),

final as (
    select
        company_id,
        horizon_days,
        window_number,
        run_id,
        trained_through_date,
        due_date,
        is_inside_80,
        held_window_count,
        {{ rounded('narrow_evidence', 6) }} as narrow_evidence,
        {{ rounded('wide_evidence', 6) }} as wide_evidence,
        {{ live_record('narrow_evidence', 'wide_evidence') }} as live_record,
        window_number = max(window_number) over (partition by company_id, horizon_days)
            as is_latest
    from bets
)

select * from final
