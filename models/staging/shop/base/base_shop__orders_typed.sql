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

parsed as (
    select
        *,
        nullif(trim(order_id), '') as order_key,
        {{ normalised_status('status') }} as status_key,
        {{ has_offset('created_at') }} as has_utc_clock,
        {{ amount('total_price') }} as gross_amount,
        {{ amount('order_refunds') }} as refund_amount
    from raw_orders
),

clocked as (
    select
        *,
        case
            when has_utc_clock then {{ utc_clock('created_at') }}
            else try_cast(created_at as timestamp)
        end as clock_at
    from parsed
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
        clocked.source_file,
        clocked.source_line,
        clocked.malformed_reason,
        clocked.malformed_text,
        clocked.landed_at,
        clocked.order_key,
        clocked.status_key,
        clocked.has_utc_clock,
        clocked.gross_amount,
        clocked.refund_amount,
        clocked.clock_at,
        companies.repeat_policy,
        companies.company_id is not null as is_known_company,
        -- A row that names no currency is taken to be in the company's.
        coalesce(
            nullif(upper(trim(clocked.currency)), '') = companies.currency, true
        ) as has_company_currency,
        order_statuses.canonical_status,
        order_statuses.is_paid,
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
