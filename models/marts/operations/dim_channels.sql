with

listed as (
    select * from {{ ref('stg_shop__channels') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where channel_id is not null
),

sold as (
    select
        company_id,
        channel_id,
        count(*) as order_count,
        count(*) filter (where is_paid) as paid_order_count,
        sum(net_revenue_amount) as net_revenue_amount,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date
    from orders
    group by all
),

channels as (
    select
        company_id,
        channel_id
    from listed
    union distinct
    select
        company_id,
        channel_id
    from sold
),

final as (
    select
        channels.company_id,
        channels.channel_id,
        coalesce(listed.channel_name, channels.channel_id) as channel_name,
        listed.platform,
        listed.commission_rate,
        listed.channel_id is not null as is_listed,
        coalesce(sold.order_count, 0) as order_count,
        coalesce(sold.paid_order_count, 0) as paid_order_count,
        cast(coalesce(sold.net_revenue_amount, 0) as decimal(18, 2))
            as net_revenue_amount,
        sold.first_order_date,
        sold.last_order_date
    from channels
    left join listed
        on
            channels.company_id = listed.company_id
            and channels.channel_id = listed.channel_id
    left join sold
        on
            channels.company_id = sold.company_id
            and channels.channel_id = sold.channel_id
)

select * from final
