{%- set judged_columns = [
    'company_id', 'order_id', 'created_at', 'status', 'total_price', 'order_refunds',
    'currency',
] -%}
with

order_values as (
    select * from {{ ref('base_shop__orders_typed') }}
),

raw_orders as (
    select * from {{ ref('base_shop__orders_raw') }}
),

-- By hash: few rows come back, and only these are ranked later, by their true keys.
repeated_keys as (
    select hash(company_id, trim(order_id)) as key_hash
    from raw_orders
    group by all
    having count(*) > 1
),

judged as (
    select
        *,
        case when not is_known_company then 'unknown_company' end as company_id_fault,
        case when order_key is null then 'missing_value' end as order_id_fault,
        case
            when is_dated then null
            when nullif(trim(created_at), '') is null then 'missing_value'
            when clock_at is null then 'invalid_timestamp'
            else 'timestamp_out_of_range'
        end as created_at_fault,
        case when status_key is null then 'missing_value' end as status_fault,
        {{ amount_fault('total_price', 'gross_amount') }} as total_price_fault,
        {{ amount_fault('order_refunds', 'refund_amount', is_required=false) }}
            as order_refunds_fault,
        case when not has_company_currency then 'other_currency' end as currency_fault
    from order_values
),

sorted as (
    select
        *,
        {{ has_no_fault(judged_columns) }} as is_usable
    from judged
),

renamed as (
    select
        company_id,
        case
            when repeat_policy = 'keep'
                then order_key || '#' || source_file || ':' || source_line
            else order_key
        end as order_id,
        case when repeat_policy = 'keep' then order_key end as exported_order_id,
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
        {{ utc_clock('customer_created_at') }} as customer_created_at,
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
        hash(company_id, trim(order_id)) in (
            select repeated_keys.key_hash from repeated_keys
        ) as is_repeated,
        case when not is_usable then {{ rejections(judged_columns) }} end as rejections
    from sorted
)

select * from renamed
