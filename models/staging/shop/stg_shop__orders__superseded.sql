with

order_repeats as (
    select * from {{ ref('base_shop__orders_deduplicated') }}
),

renamed as (
    select
        company_id,
        order_id,
        repeat_policy,
        source_file,
        source_line
    from order_repeats
    where is_superseded
)

select * from renamed
