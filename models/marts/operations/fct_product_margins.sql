with

months as (
    select * from {{ ref('fct_product_months') }}
),

final as (
    select
        company_id,
        revenue_month,
        is_partial_month,
        sku,
        product_name,
        category,
        unit_count,
        gross_amount,
        refund_amount,
        net_revenue_amount,
        tax_amount,
        cost_amount,
        commission_amount,
        cast(
            net_revenue_amount - coalesce(tax_amount, 0) - cost_amount
            as decimal(18, 2)
        ) as margin_amount,
        cast(margin_amount - commission_amount as decimal(18, 2))
            as contribution_amount,
        cast(margin_amount as double) / nullif(net_revenue_amount, 0) as margin_share,
        currency
    from months
)

select * from final
