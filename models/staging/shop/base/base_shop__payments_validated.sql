{%- set rules = column_rules('payments') -%}
with

raw_payments as (
    {{ landed('payments') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

typed as (
    select
        raw_payments.*,
        nullif(trim(raw_payments.payment_id), '') as payment_key,
        nullif(trim(raw_payments.order_id), '') as order_key,
        companies.time_zone,
        {{ clock('raw_payments.paid_at') }} as clock_at,
        {{ instant('raw_payments.paid_at', 'companies.time_zone') }} as payment_at,
        {{ amount('raw_payments.amount') }} as payment_amount,
        {{ normalised_status('raw_payments.status') }} as status_key
    from raw_payments
    left join companies
        on raw_payments.company_id = companies.company_id
),

outcomes as (
    select
        *,
        status_key in (
            'success', 'succeeded', 'paid', 'captured', 'completed', 'settled'
        ) as is_successful
    from typed
),

checked as (
    select
        *,
        case when time_zone is null then 'unknown_company' end as company_id_error,
        {{ column_error(rules, 'payment_id', 'payment_key') }} as payment_id_error,
        {{ column_error(rules, 'order_id', 'order_key') }} as order_id_error,
        {{ column_error(rules, 'amount', 'payment_amount') }} as amount_error,
        case
            when time_zone is null then null
            -- What has not been paid need not say when.
            when is_successful and nullif(trim(paid_at), '') is null
                then 'missing_value'
            else {{ column_error(rules, 'paid_at', 'clock_at') }}
        end as paid_at_error,
        {{ column_error(rules, 'status', 'status_key') }} as status_error
    from outcomes
),

validated as (
    select
        *,
        {{ has_no_error(rules) }} as is_usable
    from checked
),

deduplicated as (
    select
        company_id,
        payment_key as payment_id,
        order_key as order_id,
        nullif(trim(payment_method), '') as payment_method,
        payment_amount,
        payment_at as paid_at,
        cast(timezone(time_zone, timezone('UTC', payment_at)) as date) as paid_date,
        status_key as status,
        is_successful,
        source_file,
        source_line,
        is_usable,
        {{ is_older_version('payment_key') }} as is_superseded,
        case when not is_usable then {{ rejections(rules) }} end as rejections
    from validated
)

select * from deduplicated
