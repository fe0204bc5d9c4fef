with

channel_rows as (
    select * from {{ ref('stg_shop__channel_rows') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('channels') }}
    from channel_rows
    where not is_usable
)

select * from renamed
