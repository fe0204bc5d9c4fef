with

refunds as (
    select * from {{ ref('int_refunds') }}
),

unmatched as (
    select
        company_id,
        count(*) filter (where not has_order) as unmatched_refund_count,
        cast(
            coalesce(sum(refund_amount) filter (where not has_order), 0)
            as decimal(18, 2)
        ) as unmatched_refund_amount
    from refunds
    group by all
)

select * from unmatched
