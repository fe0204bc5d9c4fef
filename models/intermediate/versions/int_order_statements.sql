with

exports as (
    select * from {{ ref('int_order_exports') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

refunds as (
    select * from {{ ref('int_refund_statements') }}
),

orders as (
    select
        *,
        coalesce(exported_at, ordered_at) as stated_at
    from {{ ref('stg_shop__orders') }}
),

in_revenue as (
    select
        exports.*,
        {{ gross_in_revenue('exports', 'companies') }} as gross_amount
    from exports
    left join companies
        on exports.company_id = companies.company_id
),

restated as (
    select
        company_id,
        order_id,
        exported_order_id,
        ordered_at,
        order_date,
        status,
        is_paid,
        gross_amount,
        coalesce(order_gross_amount, charged_amount) as order_gross_amount,
        {{ in_proportion('refund_amount', 'gross_amount', 'charged_amount') }}
            as refund_amount,
        source_file,
        known_from,
        known_to
    from in_revenue
),

-- Orders of one statement whose refunds were known later, or were stated anew.
refunded_later as (
    select
        orders.company_id,
        orders.order_id,
        orders.exported_order_id,
        orders.ordered_at,
        cast(orders.ordered_local_at as date) as order_date,
        orders.status,
        orders.is_paid,
        orders.gross_amount,
        coalesce(orders.order_gross_amount, orders.charged_amount)
            as order_gross_amount,
        orders.refund_amount,
        orders.source_file,
        orders.stated_at as known_from,
        cast(null as timestamp) as known_to
    from orders
    semi join refunds
        on
            orders.company_id = refunds.company_id
            and orders.order_id = refunds.order_id
            and (orders.stated_at < refunds.known_from or refunds.known_to is not null)
    anti join restated
        on
            orders.company_id = restated.company_id
            and orders.order_id = restated.order_id
),

final as (
    select * from restated
    union all
    select * from refunded_later
)

select * from final
