with

order_rows as (
    select * from {{ ref('base_shop__orders_validated') }}
),

order_repeats as (
    select * from {{ ref('base_shop__orders_deduplicated') }}
),

renamed as (
    {% for rows, condition in [
        ('order_rows', 'is_usable and not is_repeated'),
        ('order_repeats', 'not is_superseded'),
    ] %}
        select
            company_id,
            order_id,
            ordered_at,
            ordered_local_at,
            status,
            is_paid,
            gross_amount,
            refund_amount,
            customer_id,
            reported_customer_order_count,
            reported_customer_spend_amount,
            customer_created_at,
            currency,
            channel_id,
            country,
            state,
            city,
            discount_amount,
            tax_amount,
            shipping_amount,
            source_file,
            source_line
        from {{ rows }}
        where {{ condition }}
        {{ "union all" if not loop.last }}
    {% endfor %}
)

select * from renamed
