with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

trailing_customers as (
    select * from {{ ref('int_trailing_customers') }}
),

totals as (
    select * from {{ ref('int_customer_totals') }}
),

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
        cast(trailing_customers.positive_revenue_amount as double)
        / nullif(totals.revenue_amount, 0) as revenue_share,
        cast(trailing_customers.positive_revenue_amount as double)
        / nullif(totals.known_amount, 0) as known_share
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
