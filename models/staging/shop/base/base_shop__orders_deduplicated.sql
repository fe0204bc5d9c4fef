{%- set amounts = ['gross_amount', 'refund_amount', 'discount_amount', 'tax_amount']
    + ['shipping_amount', 'dispute_amount'] -%}
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
        {% for amount in amounts %}
            cast(sum({{ amount }}) as decimal(18, 2)) as {{ amount }},
        {% endfor %}
        -- Tenders in several currencies add up in the company's only.
        count(distinct coalesce(order_currency, '')) > 1 as is_mixed,
        cast(if(is_mixed, sum(gross_amount), sum(order_gross_amount)) as decimal(18, 2))
            as order_gross_amount,
        if(is_mixed, max(currency), max(order_currency)) as order_currency
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
        resolved.exported_order_id,
        resolved.ordered_at,
        resolved.ordered_local_at,
        resolved.status,
        resolved.is_paid,
        {% for amount in amounts + ['order_gross_amount', 'order_currency'] %}
            coalesce(summed.{{ amount }}, resolved.{{ amount }}) as {{ amount }},
        {% endfor %}
        resolved.customer_id,
        resolved.reported_customer_order_count,
        resolved.reported_customer_spend_amount,
        resolved.customer_created_at,
        resolved.currency,
        resolved.exchange_rate,
        resolved.channel_id,
        resolved.country,
        resolved.state,
        resolved.city,
        resolved.payment_method,
        resolved.is_test,
        resolved.source_file,
        resolved.source_line,
        resolved.exported_at,
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
