with

countries as (
    select * from {{ ref('countries') }}
),

final as (
    select
        country,
        country_code
    from countries
)

select * from final
