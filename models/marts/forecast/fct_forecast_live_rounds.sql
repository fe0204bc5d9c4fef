with recursive

forecasts as (
    select * from {{ ref('fct_forecast_track_record') }}
    where is_due and is_comparable
),

begins as (
    select distinct
        horizon_days,
        trained_through_date as begins_date
    from forecasts
),

firsts as (
    select
        horizon_days,
        min(begins_date) as begins_date
    from begins
    group by horizon_days
),

nexts as (
    select
        earlier.horizon_days,
        earlier.begins_date as earlier_begins_date,
        min(later.begins_date) as begins_date
    from begins as earlier
    inner join begins as later
        on
            earlier.horizon_days = later.horizon_days
            and earlier.begins_date + cast(earlier.horizon_days + 6 as integer)
            <= later.begins_date
    group by earlier.horizon_days, earlier.begins_date
),

-- What befalls all companies at once is one proof, not many. A round begins once all of
-- the round before have come due; its forecasts are of one week.
rounds as (
    select
        horizon_days,
        begins_date
    from firsts
    union all
    select
        rounds.horizon_days,
        nexts.begins_date
    from rounds
    inner join nexts
        on
            rounds.horizon_days = nexts.horizon_days
            and rounds.begins_date = nexts.earlier_begins_date
),

-- The first forecast of each company in the week.
members as (
    select
        rounds.horizon_days,
        rounds.begins_date,
        forecasts.company_id,
        min_by(forecasts.is_inside_80, forecasts.due_date) as is_inside_80,
        min(forecasts.due_date) as due_date
    from rounds
    inner join forecasts
        on
            rounds.horizon_days = forecasts.horizon_days
            and forecasts.trained_through_date
            between rounds.begins_date and rounds.begins_date + 6
    group by rounds.horizon_days, rounds.begins_date, forecasts.company_id
),

counted as (
    select
        horizon_days,
        begins_date,
        max(due_date) as due_date,
        count(*) as company_count,
        count(*) filter (where is_inside_80) as held_company_count
    from members
    group by horizon_days, begins_date
    having count(*) >= 5
),

bets as (
    select
        *,
        cast(row_number() over so_far as bigint) as round_number,
        sum(company_count) over so_far as cumulative_company_count,
        sum(held_company_count) over so_far as cumulative_held_company_count,
        {{ live_evidence('narrow', 'held_company_count / company_count') }}
            as narrow_evidence,
        {{ live_evidence('wide', 'held_company_count / company_count') }}
            as wide_evidence
    from counted
    window so_far as (partition by horizon_days order by begins_date)
),

final as (
    select
        horizon_days,
        round_number,
        begins_date,
        due_date,
        company_count,
        held_company_count,
        cast(cumulative_company_count as bigint) as cumulative_company_count,
        cast(cumulative_held_company_count as bigint) as cumulative_held_company_count,
        {{ rounded('narrow_evidence', 6) }} as narrow_evidence,
        {{ rounded('wide_evidence', 6) }} as wide_evidence,
        {{ live_record('narrow_evidence', 'wide_evidence') }} as live_record,
        round_number = max(round_number) over (partition by horizon_days) as is_latest
    from bets
)

select * from final
