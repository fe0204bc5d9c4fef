with

customer_rows as (
    select * from {{ ref('base_shop__customers_validated') }}
),

renamed as (
    select
        company_id,
        customer_id,
        signup_date,
        name,
        email,
        city,
        state,
        country,
        birth_date,
        source_file,
        source_line
    from customer_rows
    where is_usable and not is_superseded
)

select * from renamed
