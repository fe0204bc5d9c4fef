with

revenue as (
    select * from {{ ref('fct_monthly_revenue') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_paid or is_refund_without_order
),

channels as (
    select * from {{ ref('dim_channels') }}
),

months as (
    select
        company_id,
        cast(date_trunc('month', order_date) as date) as revenue_month,
        coalesce(channel_id, '(none)') as channel_id,
        count(*) filter (where is_paid) as paid_order_count,
        count(distinct customer_id) filter (where is_paid)
            as customer_count,
        sum(gross_amount) as gross_amount,
        sum(refund_amount) as refund_amount,
        sum(net_revenue_amount) as net_revenue_amount
    from orders
    group by all
),

final as (
    select
        months.company_id,
        months.revenue_month,
        revenue.is_partial_month,
        months.channel_id,
        coalesce(channels.channel_name, 'Without a channel') as channel_name,
        channels.platform,
        months.paid_order_count,
        months.customer_count,
        cast(months.gross_amount as decimal(18, 2)) as gross_amount,
        cast(months.refund_amount as decimal(18, 2)) as refund_amount,
        cast(months.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(months.net_revenue_amount as double) / nullif(
            sum(months.net_revenue_amount) over (
                partition by months.company_id, months.revenue_month
            ), 0
        ) as net_revenue_share,
        channels.commission_rate,
        cast(months.net_revenue_amount * channels.commission_rate as decimal(18, 2))
            as commission_amount,
        companies.currency
    from months
    inner join {{ ref('dim_companies') }} as companies
        on months.company_id = companies.company_id
    left join channels
        on
            months.company_id = channels.company_id
            and months.channel_id = channels.channel_id
    left join revenue
        on
            months.company_id = revenue.company_id
            and months.revenue_month = revenue.revenue_month
)

select * from final
