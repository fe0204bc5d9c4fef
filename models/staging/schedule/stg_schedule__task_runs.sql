{%- set data = env_var('PAIDNET_DATA', 'data') if execute else 'data' -%}
with

events as (
    {{ json_rows('schedule', 'ledger', data ~ '/ledger.jsonl') }}
),

-- Builds that nobody scheduled have lines of their own, without a task.
typed as (
    select
        events.run_id,
        events.task as task_name,
        {{ utc_clock('events.at') }} as event_at,
        events.result,
        events.exit_code
    from events
    where
        events.run_id is not null
        and events.task is not null
        and events.result is not null
),

runs as (
    select
        run_id,
        task_name,
        min(event_at) as started_at,
        max(event_at) filter (where result <> 'started') as finished_at,
        max(result) filter (where result <> 'started') as result,
        max(exit_code) as exit_code
    from typed
    where event_at is not null
    group by all
),

final as (
    select
        run_id,
        task_name,
        started_at,
        finished_at,
        result,
        exit_code
    from runs
)

select * from final
