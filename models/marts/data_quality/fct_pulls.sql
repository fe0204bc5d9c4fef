{%- set built_at = var('built_at', run_started_at.strftime('%Y-%m-%d %H:%M:%S')) -%}
with

runs as (
    select * from {{ ref('stg_pulls__runs') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by company_id, source_name, stream_name
            order by started_at desc, run_id desc
        ) = 1 as is_latest,
        max(window_to_at) filter (where result = 'complete') over (
            partition by company_id, source_name, stream_name
        ) as complete_through_at
    from runs
),

-- What a stream lacks is said at its latest run alone: the others are history.
judged as (
    select
        *,
        is_latest
        and result <> 'complete' as is_incomplete,
        is_latest
        and coalesce(
            complete_through_at
            < {{ days_after(
                "cast('%s' as timestamp)" % built_at, '-%d' % var('pull_late_after_days')
            ) }},
            true
        ) as is_late
    from ranked
),

final as (
    select
        run_id,
        source_name,
        company_id,
        stream_name,
        window_from_at,
        window_to_at,
        started_at,
        finished_at,
        result,
        page_count,
        record_count,
        duplicate_count,
        request_count,
        throttled_count,
        retried_count,
        landed_row_count,
        message,
        is_latest,
        complete_through_at,
        is_late,
        is_incomplete or is_late as needs_attention,
        case
            when is_incomplete and is_late then 'not complete, and late'
            when is_incomplete then 'not complete'
            when is_late then 'late'
            when is_latest then 'up to date'
            else 'earlier run'
        end as pull_state
    from judged
)

select * from final
