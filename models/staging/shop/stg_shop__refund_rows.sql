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
        companies.company_id is not null as is_known_company,
        {{ instant('raw_refunds.refunded_at', 'companies.time_zone') }} as refund_at,
        timezone(
            companies.time_zone,
            timezone('UTC', {{ instant('raw_refunds.refunded_at', 'companies.time_zone') }})
        ) as refund_local_at,
        try_cast(raw_refunds.amount as decimal(18, 2)) as refund_amount
    from raw_refunds
    left join companies
        on raw_refunds.company_id = companies.company_id
),

judged as (
    select
        *,
        {{ rejection("malformed_reason is not null", none, "malformed_text", "malformed_reason") }}
        || case
            when malformed_reason is not null then []
            else
                {{ rejection("not is_known_company", "company_id", reason="unknown_company") }}
                || {{ rejection("refund_key is null", "refund_id", reason="missing_value") }}
                || {{ rejection("order_key is null", "order_id", reason="missing_value") }}
                || {{ rejection("nullif(trim(refunded_at), '') is null", "refunded_at", reason="missing_value") }}
                || {{ rejection("refund_at is null and trim(refunded_at) <> '' and is_known_company", "refunded_at", reason="invalid_timestamp") }}
                || {{ rejection("nullif(trim(amount), '') is null", "amount", reason="missing_value") }}
                || {{ rejection("refund_amount is null and trim(amount) <> ''", "amount", reason="invalid_amount") }}
                || {{ rejection("refund_amount < 0", "amount", reason="negative_amount") }}
        end as rejections
    from typed
),

renamed as (
    select
        company_id,
        refund_key as refund_id,
        order_key as order_id,
        refund_at as refunded_at,
        cast(refund_local_at as date) as refund_date,
        refund_amount,
        source_file,
        source_line,
        len(rejections) = 0 as is_usable,
        len(rejections) = 0
        and row_number() over (
            partition by company_id, refund_key, len(rejections) = 0
            order by landed_at desc, source_file desc, source_line desc
        ) > 1 as is_superseded,
        rejections
    from judged
)

select * from renamed
