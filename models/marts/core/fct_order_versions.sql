{{ config(post_hook="{{ create_revenue_as_known(this) }}") }}
with

orders as (
    select * from {{ ref('fct_orders') }}
),

versions as (
    select * from {{ ref('int_order_versions') }}
),

of_one_version as (
    select
        orders.company_id,
        orders.order_id,
        orders.exported_order_id,
        cast(1 as bigint) as version_number,
        orders.order_date,
        orders.status,
        orders.is_paid,
        orders.gross_amount,
        orders.refund_amount,
        orders.net_revenue_amount,
        orders.ordered_at as valid_from,
        cast(null as timestamp) as valid_to,
        coalesce(orders.exported_at, orders.ordered_at) as known_from,
        cast(null as timestamp) as known_to,
        orders.source_file
    from orders
    anti join versions
        on
            orders.company_id = versions.company_id
            and orders.order_id = versions.order_id
),

-- The source does not say when an order changed: at the latest when it was stated.
of_several as (
    select
        company_id,
        order_id,
        exported_order_id,
        version_number,
        order_date,
        status,
        is_paid,
        gross_amount,
        refund_amount,
        cast(if(is_paid, gross_amount - refund_amount, 0) as decimal(18, 2))
            as net_revenue_amount,
        if(version_number = 1, least(ordered_at, known_from), known_from) as valid_from,
        known_to as valid_to,
        known_from,
        known_to,
        source_file
    from versions
),

final as (
    select
        *,
        known_to is null as is_current
    from of_one_version
    union all
    select
        *,
        known_to is null as is_current
    from of_several
)

select * from final
