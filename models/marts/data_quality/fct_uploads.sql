with

raw_files as (
    select * from {{ ref('stg_shop__raw_files') }}
),

uploads as (
    select * from {{ ref('stg_shop__uploads') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

rejected as (
    select * from {{ ref('fct_rejected_rows') }}
),

sorted as (
    select
        'orders' as entity,
        company_id,
        source_file,
        'accepted' as kind
    from orders
    where is_refund_without_order is not true
    union all
    select
        'orders' as entity,
        company_id,
        source_file,
        'superseded' as kind
    from {{ ref('stg_shop__orders__superseded') }}
    union all
    select
        entity,
        company_id,
        source_file,
        'rejected' as kind
    from rejected
    {% for entity in entities() if entity != 'orders' %}
        union all
        select
            '{{ entity }}' as entity,
            company_id,
            source_file,
            if(is_superseded, 'superseded', 'accepted') as kind
        from {{ ref('base_shop__' ~ entity ~ '_validated') }}
        where is_usable
    {% endfor %}
),

kinds as (
    select
        company_id,
        entity,
        source_file,
        count_if(kind = 'accepted') as accepted_row_count,
        count_if(kind = 'rejected') as rejected_row_count,
        count_if(kind = 'superseded') as superseded_row_count
    from sorted
    group by all
),

order_dates as (
    select
        company_id,
        source_file,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date
    from orders
    where is_refund_without_order is not true
    group by all
),

final as (
    select
        raw_files.company_id,
        raw_files.entity,
        raw_files.source_file,
        raw_files.landed_at,
        uploads.read_row_count,
        uploads.not_a_sale_row_count,
        uploads.not_a_sale_reasons,
        uploads.merged_row_count,
        uploads.other_row_count,
        raw_files.raw_row_count,
        cast(coalesce(kinds.accepted_row_count, 0) as bigint) as accepted_row_count,
        cast(coalesce(kinds.rejected_row_count, 0) as bigint) as rejected_row_count,
        cast(coalesce(kinds.superseded_row_count, 0) as bigint) as superseded_row_count,
        coalesce(kinds.rejected_row_count, 0) / raw_files.raw_row_count
            as rejected_row_share,
        set_aside.set_aside_note,
        order_dates.first_order_date,
        order_dates.last_order_date
    from raw_files
    left join kinds
        on
            raw_files.company_id is not distinct from kinds.company_id
            and raw_files.entity = kinds.entity
            and raw_files.source_file = kinds.source_file
    left join uploads
        on
            raw_files.company_id = uploads.company_id
            and raw_files.entity = uploads.entity
            and raw_files.source_file = uploads.source_file
    left join {{ ref('int_items_set_aside') }} as set_aside
        on
            raw_files.entity = 'order_items'
            and raw_files.company_id = set_aside.company_id
            and raw_files.source_file = set_aside.source_file
    left join order_dates
        on
            raw_files.entity = 'orders'
            and raw_files.company_id = order_dates.company_id
            and raw_files.source_file = order_dates.source_file
)

select * from final
