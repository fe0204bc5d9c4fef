with

statements as (
    select * from {{ ref('int_order_statements') }}
),

refunds as (
    select * from {{ ref('int_refund_statements') }}
),

first_known as (
    select
        company_id,
        order_id,
        min(known_from) as known_from
    from statements
    group by all
),

-- When something of the order became known.
moments as (
    select
        company_id,
        order_id,
        known_from
    from statements
    union
    select
        refunds.company_id,
        refunds.order_id,
        refunds.known_from
    from refunds
    inner join first_known
        on
            refunds.company_id = first_known.company_id
            and refunds.order_id = first_known.order_id
            and refunds.known_from > first_known.known_from
),

known as (
    select
        moments.company_id,
        moments.order_id,
        moments.known_from,
        sum(refunds.paid_back_amount) as paid_back_amount
    from moments
    left join refunds
        on
            moments.company_id = refunds.company_id
            and moments.order_id = refunds.order_id
            and moments.known_from >= refunds.known_from
            and (refunds.known_to is null or moments.known_from < refunds.known_to)
    group by all
),

final as (
    select
        statements.company_id,
        statements.order_id,
        statements.exported_order_id,
        statements.ordered_at,
        statements.order_date,
        statements.status,
        statements.is_paid,
        statements.gross_amount,
        {{ in_proportion(
            'cast(known.paid_back_amount as decimal(18, 2))',
            'statements.gross_amount', 'statements.order_gross_amount'
        ) }} as dated_refund_amount,
        {{ known_refund('statements', 'dated_refund_amount') }} as known_refund_amount,
        statements.source_file,
        known.known_from
    from known
    inner join statements
        on
            known.company_id = statements.company_id
            and known.order_id = statements.order_id
            and known.known_from >= statements.known_from
            and (statements.known_to is null or known.known_from < statements.known_to)
)

select * from final
