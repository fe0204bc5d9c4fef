{%- set rules = column_rules('refunds') -%}
with

raw_refunds as (
    {{ landed('refunds') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

clock_periods as (
    select * from {{ ref('base_shop__time_zone_offsets') }}
),

typed as (
    select
        raw_refunds.*,
        companies.company_id is not null as is_known_company,
        {{ has_offset('raw_refunds.refunded_at') }} as has_utc_clock,
        {{ clock('raw_refunds.refunded_at') }} as clock_at,
        {{ amount('raw_refunds.amount') }} as refund_amount
    from raw_refunds
    left join companies
        on raw_refunds.company_id = companies.company_id
),

clocked as (
    select
        typed.*,
        {{ utc_time('typed.clock_at', 'typed.has_utc_clock', 'clock_periods') }}
            as refund_at,
        {{ local_time('typed.clock_at', 'typed.has_utc_clock', 'clock_periods') }}
            as refund_local_at
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
        {{ column_error(rules, 'refund_id', 'refund_id') }} as refund_id_error,
        {{ column_error(rules, 'order_id', 'order_id') }} as order_id_error,
        case
            when is_known_company
                then {{ column_error(rules, 'refunded_at', 'clock_at') }}
        end as refunded_at_error,
        {{ column_error(rules, 'amount', 'refund_amount') }} as amount_error
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
        refund_id,
        order_id,
        refund_at as refunded_at,
        cast(refund_local_at as date) as refund_date,
        refund_amount,
        customer_id,
        coalesce(refund_type, 'refund') as refund_type,
        source_file,
        source_line,
        coalesce(exported_at, landed_at) as exported_at,
        landed_at,
        is_usable,
        {{ is_older_version('refund_id') }} as is_superseded,
        case when not is_usable then {{ rejections(rules) }} end as rejections
    from validated
)

select * from deduplicated
