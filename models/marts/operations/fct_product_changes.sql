with

months as (
    select * from {{ ref('fct_monthly_revenue') }}
    where not is_partial_month
),

product_months as (
    select * from {{ ref('fct_product_months') }}
),

-- Where fewer orders say what was sold, a change would be of what is sent.
months_with_items as (
    select
        company_id,
        revenue_month
    from product_months
    group by company_id, revenue_month
    having
        bool_or(sku <> '(none)')
        and sum(if(sku <> '(none)', gross_amount, 0)) >= 0.9 * sum(gross_amount)
),

pairs as (
    select
        months.company_id,
        months.revenue_month,
        comparisons.comparison,
        earlier.revenue_month as compared_month,
        months.currency,
        count(with_items.revenue_month) = 2 as is_by_product
    from months
    cross join (values ('month before', 1), ('year before', 12))
        as comparisons (comparison, month_count)
    inner join months as earlier
        on
            months.company_id = earlier.company_id
            and months.revenue_month
            = {{ months_after('earlier.revenue_month', 'comparisons.month_count') }}
    left join months_with_items as with_items
        on
            months.company_id = with_items.company_id
            and with_items.revenue_month
            in (months.revenue_month, earlier.revenue_month)
    group by all
),

-- Without products an order is the unit, and all orders are one product.
sold as (
    select
        company_id,
        revenue_month,
        sku,
        product_name,
        unit_count,
        gross_amount,
        net_revenue_amount,
        true as is_product
    from product_months
    union all
    select
        company_id,
        revenue_month,
        '(all)' as sku,
        'All orders' as product_name,
        paid_order_count as unit_count,
        gross_amount,
        net_revenue_amount,
        false as is_product
    from months
),

joined as (
    select
        pairs.*,
        {% for measure in ['unit_count', 'gross_amount', 'net_revenue_amount'] %}
            coalesce(
                sum(sold.{{ measure }})
                filter (where sold.revenue_month = pairs.revenue_month), 0
            ) as {{ measure }},
            coalesce(
                sum(sold.{{ measure }})
                filter (where sold.revenue_month = pairs.compared_month), 0
            ) as compared_{{ measure }},
        {% endfor %}
        sold.sku,
        sold.product_name
    from pairs
    inner join sold
        on
            pairs.company_id = sold.company_id
            and pairs.is_by_product = sold.is_product
            and sold.revenue_month in (pairs.revenue_month, pairs.compared_month)
    group by all
),

final as (
    select
        joined.company_id,
        joined.revenue_month,
        joined.comparison,
        joined.compared_month,
        joined.is_by_product,
        joined.sku,
        joined.product_name,
        case
            when joined.sku = '(none)' then 'without items'
            when products.first_order_date > last_day(joined.compared_month) then 'new'
            when products.last_order_date < joined.revenue_month then 'gone'
            else 'kept'
        end as change_kind,
        {% for measure, type in [
            ('unit_count', 'bigint'), ('gross_amount', 'decimal(18, 2)'),
            ('net_revenue_amount', 'decimal(18, 2)'),
        ] %}
            cast(joined.{{ measure }} as {{ type }}) as {{ measure }},
            cast(joined.compared_{{ measure }} as {{ type }}) as compared_{{ measure }},
        {% endfor %}
        cast(
            joined.net_revenue_amount - joined.compared_net_revenue_amount
            as decimal(18, 2)
        ) as change_amount,
        joined.currency
    from joined
    left join {{ ref('dim_products') }} as products
        on joined.company_id = products.company_id and joined.sku = products.sku
)

select * from final
