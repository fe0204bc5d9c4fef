with

of_countries as (
    select * from {{ ref('holidays') }}
),

of_companies as (
    select * from {{ ref('holidays_of_companies') }}
),

final as (
    select
        country,
        cast(null as string) as company_id,
        holiday_date,
        holiday_name,
        days_before,
        days_after
    from of_countries
    union all
    select
        cast(null as string) as country,
        company_id,
        holiday_date,
        holiday_name,
        days_before,
        days_after
    from of_companies
)

select * from final
