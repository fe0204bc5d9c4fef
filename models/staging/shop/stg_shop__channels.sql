with

validated as (
    select * from {{ ref('base_shop__channels_validated') }}
),

accepted as (
    select
        company_id,
        channel_id,
        channel_name,
        platform,
        commission_rate,
        source_file,
        source_line
    from validated
    where is_usable and not is_superseded
)

select * from accepted
