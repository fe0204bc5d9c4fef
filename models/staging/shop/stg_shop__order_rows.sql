with

raw_orders as (
    select * from {{ ref('base_shop__orders') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

clock_periods as (
    select * from {{ ref('stg_shop__clock_periods') }}
),

order_statuses as (
    select * from {{ ref('order_statuses') }}
),

-- By hash: few rows come back, and only these are ranked later, by their true keys.
repeated_keys as (
    select hash(company_id, trim(order_id)) as key_hash
    from {{ ref('base_shop__orders') }}
    group by all
    having count(*) > 1
),

typed as (
    select
        *,
        nullif(trim(order_id), '') as order_key,
        {{ normalised_status('status') }} as status_key,
        regexp_matches(substr(trim(created_at), 11), '[+-]|[zZ]$|UTC$') as has_utc_clock,
        try_cast(total_price as decimal(18, 2)) as gross_amount,
        try_cast(order_refunds as decimal(18, 2)) as refund_amount,
        hash(company_id, trim(order_id)) as key_hash
    from raw_orders
),

clocked as (
    select
        *,
        case
            when has_utc_clock
                then timezone('UTC', try_cast(created_at as timestamptz))
            else try_cast(created_at as timestamp)
        end as clock_at
    from typed
),

joined as (
    select
        clocked.*,
        companies.repeat_policy,
        companies.company_id is not null as is_known_company,
        coalesce(upper(trim(clocked.currency)) = companies.currency, true)
            as has_company_currency,
        order_statuses.canonical_status,
        order_statuses.is_paid,
        case
            when clocked.has_utc_clock then clocked.clock_at
            else clocked.clock_at - clock_periods.utc_offset
        end as ordered_at,
        case
            when clocked.has_utc_clock then clocked.clock_at + clock_periods.utc_offset
            else clocked.clock_at
        end as ordered_local_at,
        clock_periods.company_id is not null
        and clocked.clock_at >= '{{ var("earliest_order_date") }}'
        and clocked.clock_at < current_date + 2 as is_dated
    from clocked
    left join companies
        on clocked.company_id = companies.company_id
    left join order_statuses
        on clocked.status_key = order_statuses.status
    left join clock_periods
        on
            clocked.company_id = clock_periods.company_id
            and clocked.has_utc_clock = clock_periods.has_utc_clock
            and year(clocked.clock_at) = clock_periods.clock_year
            and clocked.clock_at >= clock_periods.clock_from
            and clocked.clock_at < clock_periods.clock_to
),

judged as (
    select
        *,
        malformed_reason is null
        and is_known_company
        and order_key is not null
        and is_dated
        and status_key is not null
        and gross_amount >= 0
        and (order_refunds is null or refund_amount >= 0)
        and has_company_currency is true as is_usable
    from joined
),

renamed as (
    select
        company_id,
        case
            when repeat_policy = 'keep'
                then order_key || '#' || source_file || ':' || source_line
            else order_key
        end as order_id,
        ordered_at,
        ordered_local_at,
        coalesce(canonical_status, status_key) as status,
        is_paid,
        gross_amount,
        refund_amount,
        nullif(trim(customer_id), '') as customer_id,
        try_cast(customer_order_count as bigint) as reported_customer_order_count,
        try_cast(customer_total_spent as decimal(18, 2))
            as reported_customer_spend_amount,
        timezone('UTC', try_cast(customer_created_at as timestamptz))
            as customer_created_at,
        upper(trim(currency)) as currency,
        trim(channel_id) as channel_id,
        trim(country) as country,
        trim(state) as state,
        trim(city) as city,
        try_cast(discount as decimal(18, 2)) as discount_amount,
        try_cast(tax as decimal(18, 2)) as tax_amount,
        try_cast(shipping as decimal(18, 2)) as shipping_amount,
        source_file,
        source_line,
        landed_at,
        repeat_policy,
        is_usable,
        repeat_policy in ('latest', 'sum')
        and key_hash in (select repeated_keys.key_hash from repeated_keys) as is_repeated,
        case
            when not is_usable then
                {{ rejection("malformed_reason is not null", none, "malformed_text", "malformed_reason") }}
                || case
                    when malformed_reason is not null then []
                    else
                        {{ rejection("not is_known_company", "company_id", reason="unknown_company") }}
                        || {{ rejection("order_key is null", "order_id", reason="missing_value") }}
                        || {{ rejection("nullif(trim(created_at), '') is null", "created_at", reason="missing_value") }}
                        || {{ rejection("clock_at is null and trim(created_at) <> ''", "created_at", reason="invalid_timestamp") }}
                        || {{ rejection("clock_at is not null and is_known_company and not is_dated", "created_at", reason="timestamp_out_of_range") }}
                        || {{ rejection("status_key is null", "status", reason="missing_value") }}
                        || {{ rejection("nullif(trim(total_price), '') is null", "total_price", reason="missing_value") }}
                        || {{ rejection("gross_amount is null and trim(total_price) <> ''", "total_price", reason="invalid_amount") }}
                        || {{ rejection("gross_amount < 0", "total_price", reason="negative_amount") }}
                        || {{ rejection("refund_amount is null and trim(order_refunds) <> ''", "order_refunds", reason="invalid_amount") }}
                        || {{ rejection("refund_amount < 0", "order_refunds", reason="negative_amount") }}
                        || {{ rejection("has_company_currency is not true", "currency", reason="other_currency") }}
                end
        end as rejections
    from judged
)

select * from renamed
