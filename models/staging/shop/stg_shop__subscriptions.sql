with

validated as (
    select * from {{ ref('base_shop__subscriptions_validated') }}
),

accepted as (
    select
        company_id,
        subscription_id,
        customer_id,
        plan,
        price,
        status,
        started_at,
        canceled_at,
        updated_at,
        source_file,
        source_line
    from validated
    where is_usable and not is_superseded
)

select * from accepted
