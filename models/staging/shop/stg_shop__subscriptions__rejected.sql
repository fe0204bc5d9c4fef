with

subscription_rows as (
    select * from {{ ref('stg_shop__subscription_rows') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('subscriptions') }}
    from subscription_rows
    where not is_usable
)

select * from renamed
