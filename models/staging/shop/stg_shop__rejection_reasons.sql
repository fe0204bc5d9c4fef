with

reasons as (
    select * from {{ ref('rejection_reasons') }}
),

renamed as (
    select
        reason_code,
        reason_text,
        remedy
    from reasons
)

select * from renamed
