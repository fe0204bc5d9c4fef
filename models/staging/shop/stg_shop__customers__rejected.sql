with

customer_rows as (
    select * from {{ ref('base_shop__customers_validated') }}
),

renamed as (
    select
        company_id,
        {{ rejected_columns('customers') }}
    from customer_rows
    where not is_usable
)

select * from renamed
