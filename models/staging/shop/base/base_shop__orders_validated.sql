{%- set rules = column_rules('orders') -%}
with

typed as (
    select * from {{ ref('base_shop__orders_typed') }}
),

rates as (
    select * from {{ ref('base_shop__exchange_rates') }}
),

raw_orders as (
    select * from {{ ref('base_shop__orders_raw') }}
),

-- By hash: few rows come back, and only these are ranked later, by their true keys.
repeated_keys as (
    select {{ key_hash(['company_id', 'order_id']) }} as key_hash
    from raw_orders
    group by all
    having count(*) > 1
),

-- Amounts in another currency are converted at the rate of the order's day.
converted as (
    select
        typed.*,
        cast(
            if(typed.has_company_currency, 1, rates.exchange_rate) as decimal(18, 10)
        ) as exchange_rate,
        coalesce(rates.to_currency, upper(typed.currency)) as company_currency,
        {{ at_rate('typed.total_amount') }} as converted_total_amount,
        {{ at_rate('typed.gross_amount') }} as converted_gross_amount,
        {{ at_rate('typed.refund_amount') }} as converted_refund_amount,
        {{ at_rate('typed.lost_dispute_amount') }} as dispute_amount,
        {{ at_rate('try_cast(typed.discount as decimal(18, 2))') }} as discount_amount,
        {{ at_rate('try_cast(typed.tax as decimal(18, 2))') }} as tax_amount,
        {{ at_rate('try_cast(typed.shipping as decimal(18, 2))') }} as shipping_amount
    from typed
    left join rates
        on
            typed.convert_currencies
            and not typed.has_company_currency
            and typed.company_id = rates.company_id
            and upper(typed.currency) = rates.from_currency
            and cast(typed.ordered_local_at as date) = rates.order_date
),

checked as (
    select
        *,
        case when not is_known_company then 'unknown_company' end as company_id_error,
        {{ column_error(rules, 'order_id', 'order_id') }} as order_id_error,
        {{ column_error(rules, 'created_at', 'clock_at') }} as created_at_error,
        {{ column_error(rules, 'status', 'status_key') }} as status_error,
        {{ column_error(rules, 'total_price', 'converted_total_amount') }}
            as total_price_error,
        {{ column_error(rules, 'order_refunds', 'order_refund_amount') }}
            as order_refunds_error,
        case
            when exchange_rate is not null then null
            when convert_currencies then 'no_exchange_rate'
            else 'other_currency'
        end as currency_error
    from converted
),

flagged as (
    select
        *,
        {{ has_no_error(rules) }} as is_usable
    from checked
),

validated as (
    select
        company_id,
        order_id
        || if(repeat_policy = 'keep', '#' || source_file || ':' || source_line, '')
            as order_id,
        case when repeat_policy = 'keep' then order_id end as exported_order_id,
        ordered_at,
        ordered_local_at,
        coalesce(canonical_status, status_key) as status,
        is_paid,
        converted_gross_amount as gross_amount,
        gross_amount as order_gross_amount,
        converted_refund_amount as refund_amount,
        customer_id,
        try_cast(customer_order_count as bigint) as reported_customer_order_count,
        try_cast(customer_total_spent as decimal(18, 2))
            as reported_customer_spend_amount,
        {{ utc_clock('customer_created_at') }} as customer_created_at,
        company_currency as currency,
        upper(currency) as order_currency,
        exchange_rate,
        channel_id,
        country,
        state,
        city,
        payment_method,
        is_test_order as is_test,
        discount_amount,
        tax_amount,
        shipping_amount,
        dispute_amount,
        source_file,
        source_line,
        exported_at,
        landed_at,
        repeat_policy,
        is_usable,
        {{ key_hash(['company_id', 'order_id']) }} in (
            select repeated_keys.key_hash from repeated_keys
        ) as is_repeated,
        case when not is_usable then {{ rejections(rules) }} end as rejections
    from flagged
)

select * from validated
