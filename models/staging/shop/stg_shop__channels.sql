with

channel_rows as (
    select * from {{ ref('base_shop__channels_validated') }}
),

renamed as (
    select
        company_id,
        channel_id,
        channel_name,
        platform,
        commission_rate,
        source_file,
        source_line
    from channel_rows
    where is_usable and not is_superseded
)

select * from renamed
