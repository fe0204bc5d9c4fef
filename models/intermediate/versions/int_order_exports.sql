{%- set amounts = ['gross_amount', 'refund_amount', 'tax_amount', 'shipping_amount'] -%}
with

repeated as (
    select
        *,
        coalesce(exported_order_id, order_id) as source_order_id,
        -- A sample kept in git was never exported: an order is known as a whole,
        -- and of several versions each when it was placed.
        case
            when exported_at is not null then exported_at
            when repeat_policy = 'latest' then ordered_at
            else min(ordered_at) over (
                partition by company_id, coalesce(exported_order_id, order_id)
            )
        end as stated_at
    from {{ ref('base_shop__orders_validated') }}
    where is_usable and is_repeated
),

-- An export holds until the next one that has the order.
periods as (
    select
        company_id,
        source_order_id,
        source_file,
        stated_at,
        lead(stated_at) over (
            partition by company_id, source_order_id
            order by stated_at, min(landed_at) nulls first, source_file
        ) as known_to
    from repeated
    group by company_id, source_order_id, source_file, stated_at
),

-- Within an export as base_shop__orders_deduplicated has it: the newest row is the
-- order, or the first paid one with the sums of all paid.
ranked as (
    select
        *,
        row_number() over (
            partition by company_id, order_id, source_file, stated_at
            order by ordered_at desc, source_line desc
        ) as recency,
        row_number() over (
            partition by company_id, order_id, source_file, stated_at
            order by not is_paid, ordered_at, source_line
        ) as place,
        bool_or(is_paid) over (
            partition by company_id, order_id, source_file, stated_at
        ) as has_paid_row
    from repeated
),

summed as (
    select
        company_id,
        order_id,
        source_file,
        stated_at,
        {% for amount in amounts %}
            cast(sum({{ amount }}) as decimal(18, 2)) as {{ amount }},
        {% endfor %}
        cast(
            if(
                count(distinct coalesce(order_currency, '')) > 1,
                sum(gross_amount),
                sum(order_gross_amount)
            ) as decimal(18, 2)
        ) as order_gross_amount
    from ranked
    where repeat_policy = 'sum' and (is_paid or not has_paid_row)
    group by all
),

final as (
    select
        ranked.company_id,
        ranked.order_id,
        ranked.exported_order_id,
        ranked.ordered_at,
        cast(ranked.ordered_local_at as date) as order_date,
        ranked.status,
        ranked.is_paid,
        {% for amount in amounts[1:] + ['order_gross_amount'] %}
            coalesce(summed.{{ amount }}, ranked.{{ amount }}) as {{ amount }},
        {% endfor %}
        coalesce(summed.gross_amount, ranked.gross_amount) as charged_amount,
        ranked.source_file,
        ranked.stated_at as known_from,
        periods.known_to
    from ranked
    inner join periods
        on
            ranked.company_id = periods.company_id
            and ranked.source_order_id = periods.source_order_id
            and ranked.source_file = periods.source_file
            and ranked.stated_at = periods.stated_at
    left join summed
        on
            ranked.repeat_policy = 'sum'
            and ranked.company_id = summed.company_id
            and ranked.order_id = summed.order_id
            and ranked.source_file = summed.source_file
            and ranked.stated_at = summed.stated_at
    where
        if(ranked.repeat_policy = 'sum', ranked.place, ranked.recency) = 1
        and (periods.known_to is null or periods.known_to > periods.stated_at)
)

select * from final
