-- Nothing is lost: every raw row of a file is accepted, rejected or superseded, once.
-- Raw rows are counted where they come in, not through the models that sort them.
{%- set row_models = {
    'refunds': 'refund_rows',
    'order_items': 'order_item_rows',
    'products': 'product_rows',
    'customers': 'customer_rows',
    'payments': 'payment_rows',
    'channels': 'channel_rows',
    'inventory_snapshots': 'inventory_snapshot_rows',
    'subscriptions': 'subscription_rows',
} %}
with

raw_rows as (
    select
        'orders' as entity,
        company_id,
        source_file
    from {{ ref('base_shop__orders') }}
    {% for entity in row_models %}
        union all
        select
            '{{ entity }}' as entity,
            company_id,
            source_file
        from ({{ landed(entity) }}) as landed_{{ entity }}
    {% endfor %}
),

sorted_rows as (
    {% for entity, row_model in row_models.items() %}
        select
            '{{ entity }}' as entity,
            company_id,
            source_file
        from {{ ref('stg_shop__' ~ row_model) }}
        where is_superseded
        union all
    {% endfor %}
    select
        'orders' as entity,
        company_id,
        source_file
    from {{ ref('stg_shop__orders__superseded') }}
    {% for entity in ['orders'] + row_models.keys() | list %}
        {% for kind in ['', '__rejected'] %}
            union all
            select
                '{{ entity }}' as entity,
                company_id,
                source_file
            from {{ ref('stg_shop__' ~ entity ~ kind) }}
        {% endfor %}
    {% endfor %}
),

counted as (
    select
        *,
        1 as raw_row_count,
        0 as sorted_row_count
    from raw_rows
    union all
    select
        *,
        0 as raw_row_count,
        1 as sorted_row_count
    from sorted_rows
)

select
    entity,
    company_id,
    source_file,
    sum(raw_row_count) as raw_row_count,
    sum(sorted_row_count) as sorted_row_count
from counted
group by all
having sum(raw_row_count) <> sum(sorted_row_count)
