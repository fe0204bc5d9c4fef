with

validated as (
    select * from {{ ref('base_shop__orders_validated') }}
),

deduplicated as (
    select * from {{ ref('base_shop__orders_deduplicated') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

accepted as (
    {% for relation, condition in [
        ('validated', 'is_usable and not is_repeated'),
        ('deduplicated', 'not is_superseded'),
    ] %}
        select
            company_id,
            order_id,
            exported_order_id,
            ordered_at,
            ordered_local_at,
            status,
            is_paid,
            gross_amount as charged_amount,
            order_gross_amount,
            refund_amount as charged_back_amount,
            customer_id,
            reported_customer_order_count,
            reported_customer_spend_amount,
            customer_created_at,
            currency,
            order_currency,
            exchange_rate,
            channel_id,
            country,
            state,
            city,
            payment_method,
            is_test,
            discount_amount,
            tax_amount,
            shipping_amount,
            dispute_amount,
            source_file,
            source_line,
            exported_at
        from {{ relation }}
        where {{ condition }}
        {{ "union all" if not loop.last }}
    {% endfor %}
),

in_revenue as (
    select
        accepted.*,
        {{ gross_in_revenue('accepted', 'companies') }} as gross_amount
    from accepted
    left join companies
        on accepted.company_id = companies.company_id
),

-- Money back is of the same make as the order: a refund in full leaves nothing.
final as (
    select
        company_id,
        order_id,
        exported_order_id,
        ordered_at,
        ordered_local_at,
        status,
        is_paid,
        gross_amount,
        charged_amount,
        order_gross_amount,
        {{ in_proportion('charged_back_amount', 'gross_amount', 'charged_amount') }}
            as refund_amount,
        customer_id,
        reported_customer_order_count,
        reported_customer_spend_amount,
        customer_created_at,
        currency,
        order_currency,
        exchange_rate,
        channel_id,
        country,
        state,
        city,
        payment_method,
        is_test,
        discount_amount,
        tax_amount,
        shipping_amount,
        dispute_amount,
        source_file,
        source_line,
        exported_at
    from in_revenue
)

select * from final
