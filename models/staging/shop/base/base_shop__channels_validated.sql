{%- set judged_columns = ['company_id', 'channel_id', 'commission_rate'] -%}
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
        nullif(trim(raw_channels.channel_id), '') as channel_key,
        companies.company_id is not null as is_known_company,
        try_cast(raw_channels.commission_rate as decimal(9, 6)) as rate
    from raw_channels
    left join companies
        on raw_channels.company_id = companies.company_id
),

judged as (
    select
        *,
        case when not is_known_company then 'unknown_company' end as company_id_fault,
        case when channel_key is null then 'missing_value' end as channel_id_fault,
        case
            when rate between 0 and 1 then null
            when nullif(trim(commission_rate), '') is not null then 'invalid_rate'
        end as commission_rate_fault
    from typed
),

sorted as (
    select
        *,
        {{ has_no_fault(judged_columns) }} as is_usable
    from judged
),

renamed as (
    select
        company_id,
        channel_key as channel_id,
        nullif(trim(channel_name), '') as channel_name,
        nullif(trim(platform), '') as platform,
        rate as commission_rate,
        source_file,
        source_line,
        is_usable,
        {{ is_older_version('channel_key') }} as is_superseded,
        case when not is_usable then {{ rejections(judged_columns) }} end as rejections
    from sorted
)

select * from renamed
