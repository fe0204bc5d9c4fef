with

subscription_rows as (
    select * from {{ ref('base_shop__subscriptions_validated') }}
),

renamed as (
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
    from subscription_rows
    where is_usable and not is_superseded
)

select * from renamed
