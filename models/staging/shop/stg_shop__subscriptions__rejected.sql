with

subscription_rows as (
    select * from {{ ref('base_shop__subscriptions_validated') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('subscriptions') }}
    from subscription_rows
    where not is_usable
)

select * from renamed
