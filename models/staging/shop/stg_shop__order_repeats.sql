with

repeated_rows as (
    select
        *,
        count(*) over same_key as row_count,
        row_number() over (
            partition by company_id, order_id
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
    from {{ ref('stg_shop__order_rows') }}
    where is_usable and is_repeated
    window same_key as (partition by company_id, order_id)
),

summed as (
    select
        company_id,
        order_id,
        min(ordered_at) as ordered_at,
        min_by(ordered_local_at, ordered_at) as ordered_local_at,
        sum(gross_amount) as gross_amount,
        sum(refund_amount) as refund_amount,
        sum(discount_amount) as discount_amount,
        sum(tax_amount) as tax_amount,
        sum(shipping_amount) as shipping_amount
    from repeated_rows
    where repeat_policy = 'sum' and (is_paid or not has_paid_row)
    group by all
),

renamed as (
    select
        repeated_rows.company_id,
        repeated_rows.order_id,
        coalesce(summed.ordered_at, repeated_rows.ordered_at) as ordered_at,
        coalesce(summed.ordered_local_at, repeated_rows.ordered_local_at)
            as ordered_local_at,
        repeated_rows.status,
        repeated_rows.is_paid,
        cast(
            coalesce(summed.gross_amount, repeated_rows.gross_amount) as decimal(18, 2)
        ) as gross_amount,
        cast(
            coalesce(summed.refund_amount, repeated_rows.refund_amount)
            as decimal(18, 2)
        ) as refund_amount,
        repeated_rows.customer_id,
        repeated_rows.reported_customer_order_count,
        repeated_rows.reported_customer_spend_amount,
        repeated_rows.customer_created_at,
        repeated_rows.currency,
        repeated_rows.channel_id,
        repeated_rows.country,
        repeated_rows.state,
        repeated_rows.city,
        cast(
            coalesce(summed.discount_amount, repeated_rows.discount_amount)
            as decimal(18, 2)
        ) as discount_amount,
        cast(coalesce(summed.tax_amount, repeated_rows.tax_amount) as decimal(18, 2))
            as tax_amount,
        cast(
            coalesce(summed.shipping_amount, repeated_rows.shipping_amount)
            as decimal(18, 2)
        ) as shipping_amount,
        repeated_rows.source_file,
        repeated_rows.source_line,
        repeated_rows.repeat_policy,
        repeated_rows.row_count,
        repeated_rows.repeat_rank > 1 as is_superseded
    from repeated_rows
    left join summed
        on
            repeated_rows.repeat_rank = 1
            and repeated_rows.company_id = summed.company_id
            and repeated_rows.order_id = summed.order_id
)

select * from renamed
