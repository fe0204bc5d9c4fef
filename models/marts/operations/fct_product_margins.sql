with

revenue as (
    select * from {{ ref('fct_monthly_revenue') }}
),

items as (
    select * from {{ ref('fct_order_items') }}
    where has_order and is_paid
),

companies as (
    select * from {{ ref('dim_companies') }}
),

products as (
    select * from {{ ref('dim_products') }}
),

channels as (
    select * from {{ ref('dim_channels') }}
),

-- Tax is the state's: it is taken out where revenue has it and the orders tell it.
priced as (
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

months as (
    select
        company_id,
        cast(date_trunc('month', order_date) as date) as revenue_month,
        sku,
        count(distinct order_id) as order_count,
        sum(quantity) as unit_count,
        sum(line_amount) as line_amount,
        sum(discount_amount) as discount_amount,
        sum(gross_amount) as gross_amount,
        sum(refund_amount) as refund_amount,
        sum(net_revenue_amount) as net_revenue_amount,
        {% for part in ['cost', 'commission'] %}
            -- Unknown, and not nothing, where that of an order is.
            if(
                count(*) = count({{ part }}_amount), sum({{ part }}_amount), null
            ) as {{ part }}_amount,
        {% endfor %}
        sum(kept_tax_amount) as tax_amount
    from priced
    group by all
),

final as (
    select
        months.company_id,
        months.revenue_month,
        revenue.is_partial_month,
        months.sku,
        products.product_name,
        products.category,
        months.order_count,
        cast(months.unit_count as bigint) as unit_count,
        {% for part in [
            'line', 'discount', 'gross', 'refund', 'net_revenue', 'tax', 'cost',
            'commission',
        ] %}
            cast(months.{{ part }}_amount as decimal(18, 2)) as {{ part }}_amount,
        {% endfor %}
        cast(
            months.net_revenue_amount - coalesce(months.tax_amount, 0)
            - months.cost_amount as decimal(18, 2)
        ) as margin_amount,
        cast(margin_amount - months.commission_amount as decimal(18, 2))
            as contribution_amount,
        cast(margin_amount / nullif(months.net_revenue_amount, 0) as double)
            as margin_share,
        companies.currency
    from months
    inner join {{ ref('dim_companies') }} as companies
        on months.company_id = companies.company_id
    inner join products
        on
            months.company_id = products.company_id
            and months.sku = products.sku
    left join revenue
        on
            months.company_id = revenue.company_id
            and months.revenue_month = revenue.revenue_month
)

select * from final
