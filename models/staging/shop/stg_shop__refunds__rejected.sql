with

refund_rows as (
    select * from {{ ref('base_shop__refunds_validated') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('refunds') }}
    from refund_rows
    where not is_usable
)

select * from renamed
