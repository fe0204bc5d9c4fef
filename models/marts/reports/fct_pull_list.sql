with

companies as (
    select * from {{ ref('dim_companies') }}
),

pulls as (
    select * from {{ ref('fct_pulls') }}
),

latest as (
    select
        company_id,
        source_name,
        stream_name,
        pull_state,
        window_from_at,
        window_to_at,
        complete_through_at,
        started_at,
        result,
        record_count,
        landed_row_count,
        throttled_count,
        message,
        if(needs_attention, 1, 2) as attention_number
    from pulls
    where is_latest
),

-- A company of which nothing is pulled is no failure; a first pull that failed has no
-- company yet.
every_company as (
    select * from latest
    union all
    select
        companies.company_id,
        null as source_name,
        null as stream_name,
        'not pulled' as pull_state,
        null as window_from_at,
        null as window_to_at,
        null as complete_through_at,
        null as started_at,
        null as result,
        null as record_count,
        null as landed_row_count,
        null as throttled_count,
        null as message,
        3 as attention_number
    from companies
    anti join latest
        on companies.company_id = latest.company_id
),

final as (
    select
        company_id,
        source_name,
        stream_name,
        pull_state,
        window_from_at,
        window_to_at,
        complete_through_at,
        started_at,
        result,
        record_count,
        landed_row_count,
        throttled_count,
        message,
        attention_number
    from every_company
)

select * from final
