{#- Each gap: what is compared, of which rows, and what of them does not fit. -#}
{%- set gaps = [
    ('orders_without_items', 'Paid orders without items', 'paid_orders',
        'has_items', 'not order_has_items', 'gross_amount', 'order_id'),
    ('items_without_order', 'Items of orders that the log does not have', 'items',
        'true', "unmatched_reason = 'no order'", 'line_amount', 'order_id'),
    ('items_of_several_orders', 'Items whose order id several orders have', 'items',
        'true', "unmatched_reason = 'several orders'", 'line_amount', 'order_id'),
    ('unknown_products', 'Items of products that are not listed', 'items',
        'has_products', 'not is_known_product', 'line_amount', 'sku'),
    ('items_differ', 'Paid orders that their items do not add up to', 'paid_orders',
        'order_has_items', 'items_amount <> gross_amount',
        'abs(items_amount - gross_amount)', 'order_id'),
    ('unlisted_channels', 'Paid orders through channels that are not listed', 'paid_orders',
        'has_channels', 'not has_listed_channel', 'gross_amount', 'order_id'),
    ('orders_without_payment', 'Paid orders without a successful payment', 'paid_orders',
        'has_payments', 'paid_amount is null', 'gross_amount', 'order_id'),
    ('payments_differ', 'Paid orders that their payments do not add up to', 'paid_orders',
        'paid_amount is not null', 'paid_amount <> order_gross_amount',
        'abs(paid_amount - order_gross_amount)', 'order_id'),
    ('payments_without_order', 'Payments of orders that the log does not have', 'payments',
        'true', "unmatched_reason = 'no order'", 'payment_amount', 'payment_id'),
    ('payments_of_several_orders', 'Payments whose order id several orders have',
        'payments', 'true', "unmatched_reason = 'several orders'", 'payment_amount',
        'payment_id'),
] -%}
with

paid_orders as (
    select * from {{ ref('int_paid_order_parts') }}
),

products as (
    select distinct company_id from {{ ref('stg_shop__products') }}
),

items as (
    select
        items.*,
        products.company_id is not null as has_products
    from {{ ref('fct_order_items') }} as items
    left join products
        on items.company_id = products.company_id
),

payments as (
    select * from {{ ref('fct_payments') }}
),

counted as (
    {%- for id, _, rows, is_checked, is_gap, amount, example in gaps %}
        {% if not loop.first %}union all{% endif %}
        select
            company_id,
            {{ loop.index }} as gap_rank,
            '{{ id }}' as gap_id,
            '{{ label }}' as gap_label,
            count(*) as checked_count,
            count(*) filter (where {{ is_gap }}) as gap_count,
            sum({{ amount }}) filter (where {{ is_gap }}) as gap_amount,
            min({{ example }}) filter (where {{ is_gap }}) as example
        from {{ rows }}
        where {{ is_checked }}
        group by company_id
    {%- endfor %}
),

gaps as (
    select
        companies.company_id,
        companies.currency,
        gaps.gap_rank,
        gaps.gap_id,
        gaps.gap_label
    from {{ ref('dim_companies') }} as companies
    cross join (
        values
        {% for gap in gaps %}
            ({{ loop.index }}, '{{ gap[0] }}', '{{ gap[1] }}')
            {{- "," if not loop.last }}
        {% endfor %}
    ) as gaps (gap_rank, gap_id, gap_label)
    -- No other company has two orders with one id.
    where companies.repeat_policy = 'keep' or gaps.gap_id not like '%_of_several_orders'
),

final as (
    select
        gaps.company_id,
        cast(gaps.gap_rank as bigint) as gap_rank,
        gaps.gap_id,
        gaps.gap_label,
        case
            when counted.checked_count is null then 'not sent'
            when counted.gap_count = 0 then 'fits'
            else 'does not fit'
        end as gap_status,
        coalesce(counted.checked_count, 0) as checked_count,
        coalesce(counted.gap_count, 0) as gap_count,
        cast(counted.gap_count / counted.checked_count as double) as gap_share,
        cast(coalesce(counted.gap_amount, 0) as decimal(18, 2)) as gap_amount,
        counted.example,
        gaps.currency
    from gaps
    left join counted
        on
            gaps.company_id = counted.company_id
            and gaps.gap_id = counted.gap_id
)

select * from final
