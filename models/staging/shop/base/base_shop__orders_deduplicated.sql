{%- set amounts = [
    'gross_amount', 'refund_amount', 'discount_amount', 'tax_amount', 'shipping_amount',
] -%}
with

-- Twins within a file are two tenders, or two orders, and count as such.
repeated_rows as (
    select
        *,
        coalesce(exported_order_id, order_id) as order_key,
        row_number() over (
            partition by
                company_id, order_key, source_file, ordered_at, gross_amount,
                refund_amount, status, customer_id
            order by source_line
        ) as twin_number
    from {{ ref('base_shop__orders_validated') }}
    where is_usable and is_repeated
),

-- A row that a later file repeats, value for value, is the same order exported again.
exports as (
    select
        *,
        repeat_policy in ('sum', 'keep')
        and row_number() over (
            partition by
                company_id, order_key, ordered_at, gross_amount, refund_amount, status,
                customer_id, twin_number
            order by landed_at nulls first, source_file
        ) > 1 as is_exported_again
    from repeated_rows
),

ranked as (
    select
        *,
        count(*) over same_key as row_count,
        row_number() over (
            partition by company_id, order_id, is_exported_again
            order by
                case when repeat_policy = 'latest' then landed_at end desc nulls last,
                case when repeat_policy = 'latest' then ordered_at end desc,
                case when repeat_policy = 'sum' then not is_paid end,
                case when repeat_policy = 'sum' then ordered_at end,
                source_file desc,
                case
                    when repeat_policy = 'latest' then source_line
                    else -source_line
                end desc
        ) as repeat_rank,
        -- A tender that failed was not paid: it adds nothing to an order that was.
        bool_or(is_paid) over same_key as has_paid_row
    from exports
    window same_key as (partition by company_id, order_id)
),

summed as (
    select
        company_id,
        order_id,
        {% for amount in amounts %}
            sum({{ amount }}) as {{ amount }},
        {% endfor %}
        min(ordered_at) as ordered_at,
        min_by(ordered_local_at, ordered_at) as ordered_local_at
    from ranked
    where
        repeat_policy = 'sum'
        and not is_exported_again
        and (is_paid or not has_paid_row)
    group by all
),

renamed as (
    select
        ranked.company_id,
        ranked.order_id,
        coalesce(summed.ordered_at, ranked.ordered_at) as ordered_at,
        coalesce(summed.ordered_local_at, ranked.ordered_local_at) as ordered_local_at,
        ranked.status,
        ranked.is_paid,
        {% for amount in amounts %}
            cast(coalesce(summed.{{ amount }}, ranked.{{ amount }}) as decimal(18, 2))
                as {{ amount }},
        {% endfor %}
        ranked.customer_id,
        ranked.reported_customer_order_count,
        ranked.reported_customer_spend_amount,
        ranked.customer_created_at,
        ranked.currency,
        ranked.channel_id,
        ranked.country,
        ranked.state,
        ranked.city,
        ranked.source_file,
        ranked.source_line,
        ranked.repeat_policy,
        ranked.row_count,
        ranked.is_exported_again or ranked.repeat_rank > 1 as is_superseded
    from ranked
    left join summed
        on
            ranked.repeat_rank = 1
            and not ranked.is_exported_again
            and ranked.company_id = summed.company_id
            and ranked.order_id = summed.order_id
)

select * from renamed
