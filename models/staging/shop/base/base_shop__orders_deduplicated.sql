with

repeated as (
    select *
    from {{ ref('base_shop__orders_validated') }}
    where is_usable and is_repeated
),

-- Of an order that two files have, the newer export holds all of it: its rows replace
-- the older file's. Within a file equal rows are two tenders, or two orders.
versions as (
    select
        *,
        dense_rank() over (
            partition by company_id, coalesce(exported_order_id, order_id)
            order by
                exported_at desc nulls last, landed_at desc nulls last, source_file desc
        ) > 1 as is_reexport,
        bool_or(is_paid) over (
            partition by company_id, order_id, source_file
        ) as has_paid_row
    from repeated
),

-- Policy latest: the newest row is the order.
latest as (
    select
        *,
        row_number() over (
            partition by company_id, order_id
            order by
                exported_at desc nulls last, landed_at desc nulls last, ordered_at desc,
                source_file desc, source_line desc
        ) > 1 as is_superseded
    from versions
    where repeat_policy = 'latest'
),

-- Policy sum: the first paid row, else the first, with the sums of all paid, else all.
tenders as (
    select
        *,
        is_reexport or row_number() over (
            partition by company_id, order_id, is_reexport
            order by not is_paid asc, ordered_at asc, source_file desc, source_line asc
        ) > 1 as is_superseded
    from versions
    where repeat_policy = 'sum'
),

summed as (
    select
        company_id,
        order_id,
        false as is_superseded,
        cast(sum(gross_amount) as decimal(18, 2)) as gross_amount,
        cast(sum(refund_amount) as decimal(18, 2)) as refund_amount,
        cast(sum(discount_amount) as decimal(18, 2)) as discount_amount,
        cast(sum(tax_amount) as decimal(18, 2)) as tax_amount,
        cast(sum(shipping_amount) as decimal(18, 2)) as shipping_amount
    from tenders
    where not is_reexport and (is_paid or not has_paid_row)
    group by all
),

-- Policy keep: every row is an order of its own, unless it was exported again.
kept as (
    select
        *,
        is_reexport as is_superseded
    from versions
    where repeat_policy = 'keep'
),

deduplicated as (
    select
        resolved.company_id,
        resolved.order_id,
        resolved.ordered_at,
        resolved.ordered_local_at,
        resolved.status,
        resolved.is_paid,
        coalesce(summed.gross_amount, resolved.gross_amount) as gross_amount,
        coalesce(summed.refund_amount, resolved.refund_amount) as refund_amount,
        coalesce(summed.discount_amount, resolved.discount_amount) as discount_amount,
        coalesce(summed.tax_amount, resolved.tax_amount) as tax_amount,
        coalesce(summed.shipping_amount, resolved.shipping_amount) as shipping_amount,
        resolved.customer_id,
        resolved.reported_customer_order_count,
        resolved.reported_customer_spend_amount,
        resolved.customer_created_at,
        resolved.currency,
        resolved.channel_id,
        resolved.country,
        resolved.state,
        resolved.city,
        resolved.payment_method,
        resolved.is_test,
        resolved.source_file,
        resolved.source_line,
        resolved.is_superseded
    from (
        select * from latest
        union all
        select * from tenders
        union all
        select * from kept
    ) as resolved
    left join summed
        on
            resolved.company_id = summed.company_id
            and resolved.order_id = summed.order_id
            and resolved.is_superseded = summed.is_superseded
)

select * from deduplicated
