with

validated as (
    select * from {{ ref('base_shop__orders_validated') }}
    where is_usable and exported_order_id is not null
),

superseded as (
    select * from {{ ref('base_shop__orders_deduplicated') }}
    where is_superseded
),

kept as (
    select
        validated.company_id,
        validated.order_id,
        validated.exported_order_id,
        validated.source_file,
        validated.source_line,
        count(*) over (
            partition by validated.company_id, validated.exported_order_id
        ) as same_id_order_count
    from validated
    anti join superseded
        on
            validated.company_id = superseded.company_id
            and validated.order_id = superseded.order_id
)

select * from kept
