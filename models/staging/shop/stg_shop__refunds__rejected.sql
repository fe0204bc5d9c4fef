with

refund_rows as (
    select * from {{ ref('stg_shop__refund_rows') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('refunds') }}
    from refund_rows
    where not is_usable
)

select * from renamed
