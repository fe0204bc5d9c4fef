{%- set parts = [
    'line', 'discount', 'gross', 'refund', 'net_revenue', 'kept_tax', 'cost', 'commission',
] -%}
with

items as (
    select * from {{ ref('fct_order_items') }}
    where has_order and is_paid
),

channels as (
    select * from {{ ref('dim_channels') }}
),

companies as (
    select * from {{ ref('dim_companies') }}
),

sold as (
    select
        items.*,
        if(companies.revenue_includes_tax, items.tax_amount, 0) as kept_tax_amount,
        cast(
            round(items.net_revenue_amount * channels.commission_rate, 2)
            as decimal(18, 2)
        ) as commission_amount
    from items
    inner join companies
        on items.company_id = companies.company_id
    left join channels
        on
            items.company_id = channels.company_id
            and items.channel_id = channels.channel_id
),

-- Of a company that sends no items these are all.
without_items as (
    select
        orders.company_id,
        orders.order_id,
        orders.order_date,
        '(none)' as sku,
        null as quantity,
        {% for part in parts if part not in ['gross', 'refund', 'net_revenue'] %}
            null as {{ part }}_amount,
        {% endfor %}
        orders.gross_amount,
        orders.refund_amount,
        orders.net_revenue_amount
    from {{ ref('fct_orders') }} as orders
    anti join items
        on
            orders.company_id = items.company_id
            and orders.order_id = items.order_id
    where orders.is_paid or orders.is_refund_without_order
),

all_sold as (
    {% for relation in ['sold', 'without_items'] %}
        select
            company_id,
            order_id,
            order_date,
            sku,
            {% for part in parts %}
                {{ part }}_amount,
            {% endfor %}
            quantity
        from {{ relation }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

months as (
    select
        company_id,
        cast(date_trunc('month', order_date) as date) as revenue_month,
        sku,
        count(distinct order_id) as order_count,
        coalesce(sum(quantity), 0) as unit_count,
        {% for part in [
            'line', 'discount', 'gross', 'refund', 'net_revenue', 'kept_tax',
        ] %}
            sum({{ part }}_amount) as {{ part }}_amount,
        {% endfor %}
        -- Unknown, and not nothing, where that of a line is.
        if(count(*) = count(cost_amount), sum(cost_amount), null) as cost_amount,
        if(count(*) = count(commission_amount), sum(commission_amount), null)
            as commission_amount
    from all_sold
    group by all
),

final as (
    select
        months.company_id,
        months.revenue_month,
        revenue.is_partial_month,
        months.sku,
        coalesce(products.product_name, 'Orders without items') as product_name,
        coalesce(products.category, 'Without a category') as category,
        months.order_count,
        cast(months.unit_count as bigint) as unit_count,
        {% for part in [
            'line', 'discount', 'gross', 'refund', 'net_revenue', 'cost', 'commission',
        ] %}
            cast(months.{{ part }}_amount as decimal(18, 2)) as {{ part }}_amount,
        {% endfor %}
        cast(months.kept_tax_amount as decimal(18, 2)) as tax_amount,
        companies.currency
    from months
    inner join companies
        on months.company_id = companies.company_id
    left join {{ ref('dim_products') }} as products
        on
            months.company_id = products.company_id
            and months.sku = products.sku
    left join {{ ref('fct_monthly_revenue') }} as revenue
        on
            months.company_id = revenue.company_id
            and months.revenue_month = revenue.revenue_month
)

select * from final
