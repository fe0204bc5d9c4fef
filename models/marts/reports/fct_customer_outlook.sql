with

companies as (
    select * from {{ ref('dim_companies') }}
),

segments as (
    select * from {{ ref('fct_customer_segments') }}
),

sources as (
    select * from {{ ref('fct_revenue_forecast_by_source') }}
    where window_name <> 'next_month'
),

customers as (
    select
        company_id,
        sum(customer_count) as customer_count,
        sum(trailing_year_amount) as trailing_year_amount,
        sum(predicted_12_month_value_amount) as predicted_12_month_value_amount,
        sum(revenue_at_risk_amount) as revenue_at_risk_amount
    from segments
    group by all
),

longest as (
    select
        company_id,
        max(window_end_date) as window_end_date
    from sources
    group by all
),

ahead as (
    select
        sources.company_id,
        min(sources.window_start_date) as window_start_date,
        sources.window_end_date,
        sum(sources.expected_net_revenue_amount) as expected_net_revenue_amount,
        max(sources.revenue_share) filter (
            where sources.revenue_source = 'existing'
        ) as existing_share,
        max(sources.revenue_share) filter (
            where sources.revenue_source = 'new'
        ) as new_share,
        max(sources.revenue_share) filter (
            where sources.revenue_source = 'guests'
        ) as guest_share
    from sources
    inner join longest
        on
            sources.company_id = longest.company_id
            and sources.window_end_date = longest.window_end_date
    group by all
),

final as (
    select
        companies.company_id,
        companies.currency,
        cast(coalesce(customers.customer_count, 0) as bigint) as customer_count,
        companies.guest_order_count,
        coalesce(cast(customers.trailing_year_amount as decimal(18, 2)), 0)
            as trailing_year_amount,
        cast(customers.predicted_12_month_value_amount as decimal(18, 2))
            as predicted_12_month_value_amount,
        cast(customers.revenue_at_risk_amount as decimal(18, 2))
            as revenue_at_risk_amount,
        case
            when customers.trailing_year_amount > 0
                then
                    cast(customers.revenue_at_risk_amount as double)
                    / customers.trailing_year_amount
        end as revenue_at_risk_share,
        ahead.window_end_date as ahead_end_date,
        {{ days_between('ahead.window_start_date', 'ahead.window_end_date') }} + 1
            as ahead_day_count,
        cast(ahead.expected_net_revenue_amount as decimal(18, 2))
            as ahead_net_revenue_amount,
        ahead.existing_share,
        ahead.new_share,
        ahead.guest_share,
        -- What a figure says below it where there is none.
        case
            when customers.customer_count is null and companies.guest_order_count > 0
                then 'all orders are by guests'
            when customers.customer_count is null then 'nobody has a paid order'
            when customers.predicted_12_month_value_amount is null
                then 'no forecast was made for this company'
        end as missing_sentence
    from companies
    left join customers
        on companies.company_id = customers.company_id
    left join ahead
        on companies.company_id = ahead.company_id
)

select * from final
