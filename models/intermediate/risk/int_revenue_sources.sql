with

recent as (
    select * from {{ ref('int_recent_orders') }}
),

items as (
    select * from {{ ref('stg_shop__order_items') }}
),

sources as (
    {% for source, column in [('channel', 'channel_id'), ('country', 'country')] %}
        select
            company_id,
            '{{ source }}' as source_type,
            {{ column }} as source_name,
            count(*) as order_count,
            cast(sum(greatest(net_revenue_amount, 0)) as decimal(18, 2))
                as revenue_amount
        from recent
        group by all
        union all
    {% endfor %}
    select
        recent.company_id,
        'product' as source_type,
        items.sku as source_name,
        count(distinct recent.order_id) as order_count,
        cast(sum(items.quantity * items.unit_price) as decimal(18, 2))
            as revenue_amount
    from recent
    inner join items
        on
            recent.company_id = items.company_id
            and recent.order_id = items.order_id
    where items.quantity * items.unit_price > 0
    group by all
),

totals as (
    select
        company_id,
        source_type,
        sum(revenue_amount) as total_amount,
        coalesce(sum(revenue_amount) filter (where source_name is not null), 0)
            as named_amount
    from sources
    group by all
),

-- Where the field is mostly empty, the largest name says nothing about the rest.
final as (
    select
        sources.company_id,
        sources.source_type,
        sources.source_name,
        sources.order_count,
        sources.revenue_amount,
        cast(sources.revenue_amount as double) / totals.total_amount as revenue_share,
        cast(
            row_number() over (
                partition by sources.company_id, sources.source_type
                order by sources.revenue_amount desc, sources.source_name asc
            ) as bigint
        ) as source_rank
    from sources
    inner join totals
        on
            sources.company_id = totals.company_id
            and sources.source_type = totals.source_type
    where
        sources.source_name is not null
        and totals.named_amount >= 0.5 * totals.total_amount
        and totals.total_amount > 0
)

select * from final
