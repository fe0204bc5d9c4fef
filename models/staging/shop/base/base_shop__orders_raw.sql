with

every_source as (
    select
        *,
        cast(null as varchar) as company_of_file
    from ({{ landed('orders') }}) as landed_orders
    {% for company in companies_in_git() %}
        union all by name
        select
            *,
            '{{ company.company_id }}' as company_of_file
        from {{ ref(company.company_id) }}
    {% endfor %}
),

attributed as (
    select
        coalesce(nullif(trim(company_id), ''), company_of_file) as company_id,
        order_id,
        created_at,
        status,
        total_price,
        order_refunds,
        customer_id,
        customer_order_count,
        customer_total_spent,
        customer_created_at,
        currency,
        channel_id,
        country,
        state,
        city,
        discount,
        tax,
        shipping,
        payment_method,
        is_test,
        cancelled_at,
        gift_card_amount,
        disputed_amount,
        source_file,
        source_line,
        malformed_reason,
        malformed_text,
        coalesce(exported_at, landed_at) as exported_at,
        landed_at
    from every_source
)

select * from attributed
