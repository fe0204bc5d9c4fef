with

rejected as (
    {% for entity in [
        'orders', 'refunds', 'order_items', 'products', 'customers', 'payments',
        'channels', 'inventory_snapshots', 'subscriptions',
    ] %}
        select * from {{ ref('stg_shop__' ~ entity ~ '__rejected') }}
        {{ "union all" if not loop.last }}
    {% endfor %}
),

final as (
    select
        company_id,
        entity,
        source_file,
        source_line,
        column_name,
        raw_value,
        reason_code,
        all_reason_codes
    from rejected
)

select * from final
