with

items as (
    select
        *,
        cast(quantity * unit_price as decimal(18, 2)) as line_amount,
        cast(line_amount * 100 as bigint) as line_cents
    from {{ ref('stg_shop__order_items') }}
),

products as (
    select * from {{ ref('stg_shop__products') }}
),

orders as (
    select
        *,
        {{ in_proportion('tax_amount', 'net_revenue_amount', 'gross_amount') }}
            as kept_tax_amount
    from {{ ref('fct_orders') }}
),

-- What an order's lines come to, up to each of them and in all: one window, one sort.
valued as (
    select
        *,
        row_number() over lines as item_number,
        sum(line_cents) over lines as running_cents,
        sum(line_cents) over all_lines as total_cents,
        count(*) over all_lines as item_count
    from items
    window
        lines as (
            partition by company_id, order_id
            order by source_file, source_line, sku, unit_price, quantity
            rows between unbounded preceding and current row
        ),
        all_lines as (
            partition by company_id, order_id
            order by source_file, source_line, sku, unit_price, quantity
            rows between unbounded preceding and unbounded following
        )
),

-- By value; by number where all lines are free.
shared as (
    select
        *,
        cast(if(total_cents > 0, running_cents, item_number) as bigint)
            as cents_through,
        cast(
            if(total_cents > 0, running_cents - line_cents, item_number - 1) as bigint
        ) as cents_before,
        cast(if(total_cents > 0, total_cents, item_count) as bigint) as whole_cents
    from valued
),

allotted as (
    select
        shared.*,
        orders.order_id is not null as has_order,
        orders.order_date,
        coalesce(orders.is_paid, false) as is_paid,
        orders.channel_id,
        orders.currency,
        {% for amount in ['gross', 'refund', 'discount', 'kept_tax'] %}
            {{ allotted('orders.' ~ amount ~ '_amount') }} as {{ amount }}_amount,
        {% endfor %}
        products.sku is not null as is_known_product,
        products.product_name,
        products.category,
        products.unit_cost
    from shared
    left join products
        on
            shared.company_id = products.company_id
            and shared.sku = products.sku
    left join orders
        on
            shared.company_id = orders.company_id
            and shared.order_id = orders.order_id
),

final as (
    select
        company_id,
        order_id,
        cast(item_number as bigint) as item_number,
        sku,
        is_known_product,
        product_name,
        category,
        has_order,
        case
            when has_several_orders then 'several orders'
            when not has_order then 'no order'
        end as unmatched_reason,
        order_date,
        is_paid,
        channel_id,
        quantity,
        unit_price,
        line_amount,
        gross_amount,
        refund_amount,
        -- The difference, and not a part of its own, which would be rounded apart.
        case
            when is_paid then cast(gross_amount - refund_amount as decimal(18, 2))
            when has_order then cast(0 as decimal(18, 2))
        end as net_revenue_amount,
        discount_amount,
        kept_tax_amount as tax_amount,
        if(is_paid, cast(quantity * unit_cost as decimal(18, 2)), null) as cost_amount,
        currency,
        source_file,
        source_line
    from allotted
)

select * from final
