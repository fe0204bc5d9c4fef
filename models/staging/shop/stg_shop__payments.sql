with

validated as (
    select * from {{ ref('base_shop__payments_validated') }}
),

kept_ids as (
    select
        company_id,
        exported_order_id,
        min(order_id) as order_id,
        any_value(same_id_order_count) as order_count
    from {{ ref('base_shop__orders_kept') }}
    group by all
),

accepted as (
    select
        company_id,
        payment_id,
        order_id,
        payment_method,
        payment_amount,
        paid_at,
        paid_date,
        status,
        is_successful,
        source_file,
        source_line
    from validated
    where is_usable and not is_superseded
),

-- Where each row of a file is an order of its own, a payment is of the only order that
-- has the id it names.
matched as (
    select
        accepted.company_id,
        accepted.payment_id,
        if(kept_ids.order_count = 1, kept_ids.order_id, accepted.order_id) as order_id,
        coalesce(kept_ids.order_count > 1, false) as has_several_orders,
        accepted.payment_method,
        accepted.payment_amount,
        accepted.paid_at,
        accepted.paid_date,
        accepted.status,
        accepted.is_successful,
        accepted.source_file,
        accepted.source_line
    from accepted
    left join kept_ids
        on
            accepted.company_id = kept_ids.company_id
            and accepted.order_id = kept_ids.exported_order_id
)

select * from matched
