{#- What operations are made of: entity, what it is called, what is seen of it. -#}
{%- set entities = [
    ('orders', 'Orders', 'Revenue, channels and places'),
    ('order_items', 'Items of orders', 'Products, baskets and margins'),
    ('products', 'Products', 'Names, categories and unit costs'),
    ('channels', 'Channels', 'Names and commission of channels'),
    ('payments', 'Payments', 'Ways to pay, failures and what was not paid'),
    ('inventory_snapshots', 'Stock', 'What lasts how long, and what ran out'),
] -%}
with

uploads as (
    select
        company_id,
        entity,
        sum(accepted_row_count) as accepted_row_count,
        sum(rejected_row_count) as rejected_row_count
    from {{ ref('fct_uploads') }}
    group by company_id, entity
),

entities as (
    select
        companies.company_id,
        entities.*
    from {{ ref('dim_companies') }} as companies
    cross join (
        values
        {% for entity, label, use in entities %}
            ({{ loop.index }}, '{{ entity }}', '{{ label }}', '{{ use }}')
            {{- "," if not loop.last }}
        {% endfor %}
    ) as entities (entity_rank, entity, entity_label, use_label)
),

final as (
    select
        entities.company_id,
        cast(entities.entity_rank as bigint) as entity_rank,
        entities.entity,
        entities.entity_label,
        entities.use_label,
        if(coalesce(uploads.accepted_row_count, 0) > 0, 'sent', 'not sent')
            as sent_status,
        cast(coalesce(uploads.accepted_row_count, 0) as bigint) as accepted_row_count,
        cast(coalesce(uploads.rejected_row_count, 0) as bigint) as rejected_row_count
    from entities
    left join uploads
        on
            entities.company_id = uploads.company_id
            and entities.entity = uploads.entity
)

select * from final
