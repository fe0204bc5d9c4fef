with

validated as (
    select * from {{ ref('base_shop__customers_validated') }}
),

accepted as (
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
    from validated
    where is_usable and not is_superseded
)

select * from accepted
