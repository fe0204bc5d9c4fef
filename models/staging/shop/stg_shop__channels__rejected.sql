with

channel_rows as (
    select * from {{ ref('base_shop__channels_validated') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('channels') }}
    from channel_rows
    where not is_usable
)

select * from renamed
