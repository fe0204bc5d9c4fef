{%- set judged_columns = [
    'company_id', 'refund_id', 'order_id', 'refunded_at', 'amount',
] -%}
with

raw_refunds as (
    {{ landed('refunds') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

typed as (
    select
        raw_refunds.*,
        nullif(trim(raw_refunds.refund_id), '') as refund_key,
        nullif(trim(raw_refunds.order_id), '') as order_key,
        companies.time_zone,
        {{ instant('raw_refunds.refunded_at', 'companies.time_zone') }} as refund_at,
        {{ amount('raw_refunds.amount') }} as refund_amount
    from raw_refunds
    left join companies
        on raw_refunds.company_id = companies.company_id
),

judged as (
    select
        *,
        case when time_zone is null then 'unknown_company' end as company_id_fault,
        case when refund_key is null then 'missing_value' end as refund_id_fault,
        case when order_key is null then 'missing_value' end as order_id_fault,
        case
            when refund_at is not null or time_zone is null then null
            when nullif(trim(refunded_at), '') is null then 'missing_value'
            else 'invalid_timestamp'
        end as refunded_at_fault,
        {{ amount_fault('amount', 'refund_amount') }} as amount_fault
    from typed
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
        refund_key as refund_id,
        order_key as order_id,
        refund_at as refunded_at,
        cast(timezone(time_zone, timezone('UTC', refund_at)) as date) as refund_date,
        refund_amount,
        source_file,
        source_line,
        is_usable,
        {{ is_older_version('refund_key') }} as is_superseded,
        case when not is_usable then {{ rejections(judged_columns) }} end as rejections
    from sorted
)

select * from renamed
