with

deduplicated as (
    select * from {{ ref('base_shop__orders_deduplicated') }}
),

superseded as (
    select
        company_id,
        order_id,
        source_file,
        source_line
    from deduplicated
    where is_superseded
)

select * from superseded
