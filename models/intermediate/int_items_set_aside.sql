with

items as (
    select * from {{ ref('base_shop__order_items_validated') }}
),

uploads as (
    select * from {{ ref('stg_shop__uploads') }}
),

own_files as (
    select
        items.company_id,
        {{ joined_text('items.source_file', ', ', 'items.source_file') }} as own_files
    from uploads as items
    anti join uploads as orders
        on
            items.company_id = orders.company_id
            and items.source_file = orders.source_file
            and orders.entity = 'orders'
    where items.entity = 'order_items'
    group by items.company_id
),

set_aside as (
    select
        company_id,
        source_file,
        count(*) as item_count,
        count(distinct order_id) as order_count
    from items
    where is_set_aside
    group by all
),

final as (
    select
        set_aside.company_id,
        set_aside.source_file,
        set_aside.item_count,
        set_aside.order_count,
        'Set aside: ' || {{ whole_label('set_aside.item_count') }}
        || if(set_aside.item_count = 1, ' item of ', ' items of ')
        || {{ whole_label('set_aside.order_count') }}
        || if(set_aside.order_count = 1, ' order in ', ' orders in ')
        || set_aside.source_file || ', as the company also sends items of '
        || if(set_aside.order_count = 1, 'it', 'them')
        || ' (' || own_files.own_files || ').' as set_aside_note
    from set_aside
    left join own_files
        on set_aside.company_id = own_files.company_id
)

select * from final
