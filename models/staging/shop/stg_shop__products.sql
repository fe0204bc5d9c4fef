with

validated as (
    select * from {{ ref('base_shop__products_validated') }}
),

accepted as (
    select
        company_id,
        sku,
        product_name,
        category,
        unit_cost,
        lead_time_day_count,
        source_file,
        source_line
    from validated
    where is_usable and not is_superseded
)

select * from accepted
