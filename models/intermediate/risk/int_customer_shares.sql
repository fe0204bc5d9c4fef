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

totals as (
    select
        trailing_customers.company_id,
        trailing_customers.years_before,
        coalesce(any_value(guests.guest_revenue_amount), 0)
        + sum(trailing_customers.positive_revenue_amount) as revenue_amount,
        sum(trailing_customers.positive_revenue_amount) as known_amount,
        count(*) as customer_count
    from trailing_customers
    left join guests
        on
            trailing_customers.company_id = guests.company_id
            and trailing_customers.years_before = guests.years_before
    group by all
),

-- Guests are many buyers: each of them is too small to count.
shares as (
    select
        trailing_customers.company_id,
        trailing_customers.years_before,
        trailing_customers.revenue_rank,
        trailing_customers.last_paid_date <= if(
            trailing_customers.years_before = 0,
            windows.as_of_date, windows.year_start_date - 1
        ) - {{ var('lapsed_after_days') }} as is_quiet,
        totals.customer_count,
        cast(
            trailing_customers.positive_revenue_amount
            / nullif(totals.revenue_amount, 0) as double
        ) as revenue_share,
        cast(
            trailing_customers.positive_revenue_amount
            / nullif(totals.known_amount, 0) as double
        ) as known_share
    from trailing_customers
    inner join totals
        on
            trailing_customers.company_id = totals.company_id
            and trailing_customers.years_before = totals.years_before
    inner join windows
        on trailing_customers.company_id = windows.company_id
),

final as (
    select
        company_id,
        cast(years_before as bigint) as years_before,
        {% for name, count in [
            ('top_customer', 1), ('top_5_customer', 5), ('top_10_customer', 10)
        ] %}
            sum(revenue_share) filter (where revenue_rank <= {{ count }})
                as {{ name }}_share,
        {% endfor %}
        sum(pow(revenue_share, 2)) as customer_hhi,
        -- The rank counts from the largest.
        (
            any_value(customer_count) + 1 - 2 * sum(revenue_rank * known_share)
        ) / any_value(customer_count) as customer_gini,
        coalesce(sum(revenue_share) filter (where is_quiet), 0)
            as quiet_customer_revenue_share
    from shares
    group by all
)

select * from final
