with

runs as (
    select * from {{ ref('stg_schedule__task_runs') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by task_name
            order by started_at desc, run_id desc
        ) as recency_number
    from runs
),

-- The newest run without an end may be the one that makes this release.
ended as (
    select
        *,
        recency_number = 1 as is_latest,
        case
            when result is not null then result
            when recency_number = 1 then 'running'
            else 'interrupted'
        end as run_result
    from ranked
),

final as (
    select
        run_id,
        task_name,
        started_at,
        finished_at,
        run_result,
        exit_code,
        {{ seconds_between('started_at', 'finished_at') }} as run_seconds,
        is_latest,
        run_result in ('failed', 'interrupted') as is_failed
    from ended
)

select * from final
