{%- set data = env_var('PAIDNET_DATA', 'data') if execute else 'data' -%}
with

run_rows as (
    {{ json_rows('pulls', 'runs', data ~ '/pulls/*/runs.jsonl') }}
),

typed as (
    select
        run_id,
        source as source_name,
        company_id,
        stream as stream_name,
        {% for moment, column in [
            ('window_from', 'window_from_at'), ('window_to', 'window_to_at'),
            ('started_at', 'started_at'), ('finished_at', 'finished_at'),
        ] %}
            {{ utc_clock(moment) }} as {{ column }},
        {% endfor %}
        lower(result) as result,
        {% for count in [
            'page_count', 'record_count', 'duplicate_count', 'request_count',
            'throttled_count', 'retried_count', 'landed_row_count',
        ] %}
            greatest(coalesce({{ count }}, 0), 0) as {{ count }},
        {% endfor %}
        nullif(trim({{ single_spaced('message') }}), '') as message
    from run_rows
),

-- A line that a crash cut short says nothing; of one written twice the later counts.
deduplicated as (
    select *
    from typed
    where
        run_id is not null
        and source_name is not null
        and company_id is not null
        and stream_name is not null
        and started_at is not null
        and result is not null
    qualify
        row_number() over (
            partition by company_id, source_name, stream_name, run_id
            order by
                finished_at desc nulls last,
                record_count desc,
                result asc,
                message asc
        ) = 1
)

select * from deduplicated
