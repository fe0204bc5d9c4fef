with

customer_rows as (
    select * from {{ ref('stg_shop__customer_rows') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('customers') }}
    from customer_rows
    where not is_usable
)

select * from renamed
