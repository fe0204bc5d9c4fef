with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

days as (
    select * from {{ ref('int_daily_revenue') }}
),

trailing_customers as (
    select * from {{ ref('int_trailing_customers') }}
),

guests as (
    select
        days.company_id,
        case
            when days.revenue_date >= windows.year_start_date then 0 else 1
        end as years_before,
        greatest(sum(days.guest_revenue_amount), 0) as guest_revenue_amount
    from days
    inner join windows
        on
            days.company_id = windows.company_id
            and days.revenue_date >= windows.year_before_start_date
            and days.revenue_date <= windows.as_of_date
    group by all
),

known as (
    select
        company_id,
        years_before,
        count(*) as customer_count,
        sum(positive_revenue_amount) as known_amount
    from trailing_customers
    group by all
),

-- Guests count in the whole: they are many buyers, each too small to count alone.
final as (
    select
        known.company_id,
        known.years_before,
        known.customer_count,
        cast(known.known_amount as decimal(18, 2)) as known_amount,
        cast(
            known.known_amount + coalesce(guests.guest_revenue_amount, 0)
            as decimal(18, 2)
        ) as revenue_amount
    from known
    left join guests
        on
            known.company_id = guests.company_id
            and known.years_before = guests.years_before
)

select * from final
