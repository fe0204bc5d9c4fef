with

validated as (
    select
        *,
        -- A sample kept in git was never exported.
        coalesce(
            exported_at, min(refunded_at) over (partition by company_id, refund_id)
        ) as stated_at
    from {{ ref('base_shop__refunds_validated') }}
    where is_usable
),

refunds as (
    select * from {{ ref('int_refunds') }}
    where has_order
),

-- Of an upload that has a refund twice the later row counts.
stated as (
    select *
    from validated
    qualify row_number() over (
        partition by company_id, refund_id, source_file, stated_at
        order by source_line desc
    ) = 1
),

final as (
    select
        stated.company_id,
        stated.refund_id,
        refunds.order_id,
        stated.refund_amount as paid_back_amount,
        stated.stated_at as known_from,
        lead(stated.stated_at) over (
            partition by stated.company_id, stated.refund_id
            order by
                stated.stated_at,
                stated.landed_at nulls first,
                stated.source_file
        ) as known_to
    from stated
    inner join refunds
        on
            stated.company_id = refunds.company_id
            and stated.refund_id = refunds.refund_id
)

select * from final
where known_to is null or known_from < known_to
