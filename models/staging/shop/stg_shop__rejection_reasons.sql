with

reasons as (
    select * from {{ ref('rejection_reasons') }}
),

listed as (
    select
        reason_code,
        reason_text,
        remedy
    from reasons
)

select * from listed
