with

orders as (
    select * from {{ ref('int_orders') }}
    where is_paid
),

items as (
    select
        company_id,
        order_id,
        sum(quantity * unit_price) as items_amount
    from {{ ref('stg_shop__order_items') }}
    group by all
),

payments as (
    select
        company_id,
        order_id,
        sum(payment_amount) filter (where is_successful) as paid_amount
    from {{ ref('stg_shop__payments') }}
    group by all
),

channels as (
    select * from {{ ref('stg_shop__channels') }}
),

-- What of it each company sends at all.
sent as (
    select
        company_id,
        bool_or(kind = 'items') as has_items,
        bool_or(kind = 'payments') as has_payments,
        bool_or(kind = 'channels') as has_channels
    from (
        select distinct
            company_id,
            'items' as kind
        from items
        union all
        select distinct
            company_id,
            'payments' as kind
        from payments
        union all
        select distinct
            company_id,
            'channels' as kind
        from channels
    ) as kinds
    group by all
),

final as (
    select
        orders.company_id,
        orders.order_id,
        orders.gross_amount,
        orders.order_gross_amount,
        coalesce(sent.has_items, false) as has_items,
        items.order_id is not null as order_has_items,
        cast(items.items_amount as decimal(18, 2)) as items_amount,
        coalesce(sent.has_payments, false) as has_payments,
        cast(payments.paid_amount as decimal(18, 2)) as paid_amount,
        coalesce(sent.has_channels, false) as has_channels,
        channels.channel_id is not null as has_listed_channel
    from orders
    left join sent
        on orders.company_id = sent.company_id
    left join items
        on
            orders.company_id = items.company_id
            and orders.order_id = items.order_id
    left join payments
        on
            orders.company_id = payments.company_id
            and orders.order_id = payments.order_id
    left join channels
        on
            orders.company_id = channels.company_id
            and orders.channel_id = channels.channel_id
)

select * from final
