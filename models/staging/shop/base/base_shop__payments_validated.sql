{%- set rules = column_rules('payments') -%}
with

raw_payments as (
    {{ landed('payments') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

clock_periods as (
    select * from {{ ref('base_shop__time_zone_offsets') }}
),

typed as (
    select
        raw_payments.*,
        companies.company_id is not null as is_known_company,
        {{ has_offset('raw_payments.paid_at') }} as has_utc_clock,
        {{ clock('raw_payments.paid_at') }} as clock_at,
        {{ amount('raw_payments.amount') }} as payment_amount,
        {{ normalised_status('raw_payments.status') }} as status_key
    from raw_payments
    left join companies
        on raw_payments.company_id = companies.company_id
),

clocked as (
    select
        typed.*,
        typed.status_key in (
            'success', 'succeeded', 'paid', 'captured', 'completed', 'settled'
        ) as is_successful,
        {{ utc_time('typed.clock_at', 'typed.has_utc_clock', 'clock_periods') }}
            as payment_at,
        {{ local_time('typed.clock_at', 'typed.has_utc_clock', 'clock_periods') }}
            as payment_local_at
    from typed
    left join clock_periods
        on {{ in_clock_period(
            'typed', 'typed.clock_at', 'typed.has_utc_clock', 'clock_periods'
        ) }}
),

checked as (
    select
        *,
        case when not is_known_company then 'unknown_company' end as company_id_error,
        {{ column_error(rules, 'payment_id', 'payment_id') }} as payment_id_error,
        {{ column_error(rules, 'order_id', 'order_id') }} as order_id_error,
        {{ column_error(rules, 'amount', 'payment_amount') }} as amount_error,
        case
            when not is_known_company then null
            -- What has not been paid need not say when.
            when is_successful and paid_at is null
                then 'missing_value'
            else {{ column_error(rules, 'paid_at', 'clock_at') }}
        end as paid_at_error,
        {{ column_error(rules, 'status', 'status_key') }} as status_error
    from clocked
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
        payment_id,
        order_id,
        payment_method,
        payment_amount,
        payment_at as paid_at,
        cast(payment_local_at as date) as paid_date,
        status_key as status,
        is_successful,
        source_file,
        source_line,
        is_usable,
        {{ is_older_version('payment_id') }} as is_superseded,
        case when not is_usable then {{ rejections(rules) }} end as rejections
    from validated
)

select * from deduplicated
