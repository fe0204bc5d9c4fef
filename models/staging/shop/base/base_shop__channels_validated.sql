{%- set rules = column_rules('channels') -%}
with

raw_channels as (
    {{ landed('channels') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

typed as (
    select
        raw_channels.*,
        companies.company_id is not null as is_known_company,
        {{ rate('raw_channels.commission_rate') }} as rate
    from raw_channels
    left join companies
        on raw_channels.company_id = companies.company_id
),

checked as (
    select
        *,
        case when not is_known_company then 'unknown_company' end as company_id_error,
        {{ column_error(rules, 'channel_id', 'channel_id') }} as channel_id_error,
        {{ column_error(rules, 'commission_rate', 'rate') }} as commission_rate_error
    from typed
),

validated as (
    select
        *,
        {{ has_no_error(rules) }} as is_usable
    from checked
),

deduplicated as (
    select
        company_id,
        channel_id,
        channel_name,
        platform,
        rate as commission_rate,
        source_file,
        source_line,
        is_usable,
        {{ is_older_version('channel_id') }} as is_superseded,
        case when not is_usable then {{ rejections(rules) }} end as rejections
    from validated
)

select * from deduplicated
