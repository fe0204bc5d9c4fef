{%- set judged_columns = [
    'company_id', 'payment_id', 'order_id', 'amount', 'paid_at', 'status',
] -%}
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

judged as (
    select
        *,
        case when time_zone is null then 'unknown_company' end as company_id_fault,
        case when payment_key is null then 'missing_value' end as payment_id_fault,
        case when order_key is null then 'missing_value' end as order_id_fault,
        {{ amount_fault('amount', 'payment_amount') }} as amount_fault,
        -- What has not been paid need not say when.
        case
            when is_successful or trim(paid_at) <> ''
                then {{ instant_fault('paid_at', 'payment_at') }}
        end as paid_at_fault,
        case when status_key is null then 'missing_value' end as status_fault
    from outcomes
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
        case when not is_usable then {{ rejections(judged_columns) }} end as rejections
    from sorted
)

select * from renamed
