with

raw_orders as (
    select * from {{ ref('base_shop__orders_raw') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

clock_periods as (
    select * from {{ ref('base_shop__time_zone_offsets') }}
),

order_statuses as (
    select * from {{ ref('order_statuses') }}
),

clocked as (
    select
        *,
        {{ normalised_status('status') }} as status_key,
        {{ has_offset('created_at') }} as has_utc_clock,
        {{ clock('created_at') }} as clock_at,
        {{ amount('total_price') }} as total_amount,
        {{ amount('order_refunds') }} as order_refund_amount,
        abs(coalesce({{ amount('gift_card_amount') }}, 0)) as gift_card_value,
        abs({{ amount('disputed_amount') }}) as lost_dispute_amount,
        lower(is_test) in ('true', '1', 'yes', 'y', 't') as is_test_order,
        {{ clock('cancelled_at') }} is not null as has_cancellation
    from raw_orders
),

typed as (
    select
        clocked.company_id,
        clocked.order_id,
        clocked.created_at,
        clocked.status,
        clocked.total_price,
        clocked.order_refunds,
        clocked.customer_id,
        clocked.customer_order_count,
        clocked.customer_total_spent,
        clocked.customer_created_at,
        clocked.currency,
        clocked.channel_id,
        clocked.country,
        clocked.state,
        clocked.city,
        clocked.discount,
        clocked.tax,
        clocked.shipping,
        clocked.payment_method,
        clocked.source_file,
        clocked.source_line,
        clocked.malformed_reason,
        clocked.malformed_text,
        clocked.original_values,
        clocked.exported_at,
        clocked.landed_at,
        clocked.status_key,
        clocked.has_utc_clock,
        clocked.total_amount,
        clocked.order_refund_amount,
        clocked.lost_dispute_amount,
        cast(
            clocked.total_amount
            - least(clocked.gift_card_value, abs(clocked.total_amount))
            as decimal(18, 2)
        ) as gross_amount,
        -- A lost dispute is money back too; null where nobody says either.
        cast(
            coalesce(
                clocked.order_refund_amount + clocked.lost_dispute_amount,
                clocked.order_refund_amount,
                clocked.lost_dispute_amount
            ) as decimal(18, 2)
        ) as refund_amount,
        coalesce(clocked.is_test_order, false) as is_test_order,
        clocked.clock_at,
        companies.repeat_policy,
        companies.company_id is not null as is_known_company,
        coalesce(companies.convert_currencies, false) as convert_currencies,
        -- A row that names no currency is taken to be in the company's.
        coalesce(
            upper(clocked.currency) = companies.currency, true
        ) as has_company_currency,
        -- Neither a test nor an order that was cancelled and not refunded is revenue.
        order_statuses.canonical_status = 'paid' and clocked.has_cancellation
            as is_cancelled,
        case
            when clocked.is_test_order then 'test'
            when is_cancelled then 'cancelled'
            else order_statuses.canonical_status
        end as canonical_status,
        order_statuses.is_paid
        and clocked.is_test_order is not true
        and is_cancelled is not true as is_paid,
        {{ utc_time('clocked.clock_at', 'clocked.has_utc_clock', 'clock_periods') }}
            as ordered_at,
        {{ local_time('clocked.clock_at', 'clocked.has_utc_clock', 'clock_periods') }}
            as ordered_local_at
    from clocked
    left join companies
        on clocked.company_id = companies.company_id
    left join order_statuses
        on clocked.status_key = order_statuses.status
    left join clock_periods
        on {{ in_clock_period(
            'clocked', 'clocked.clock_at', 'clocked.has_utc_clock', 'clock_periods'
        ) }}
)

select * from typed
