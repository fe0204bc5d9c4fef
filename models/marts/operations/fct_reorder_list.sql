with

cover as (
    select * from {{ ref('fct_stock_cover') }}
),

-- The lead time is the product's, else the company's, else that of all.
timed as (
    select
        forecasts.*,
        coalesce(
            listed.lead_time_day_count,
            companies.lead_time_day_count,
            {{ var('lead_time_days') }}
        ) as lead_time_day_count,
        case
            when listed.lead_time_day_count is not null then 'product'
            when companies.lead_time_day_count is not null then 'company'
            else 'default'
        end as lead_time_source
    from {{ ref('fct_product_forecast') }} as forecasts
    left join {{ ref('dim_products') }} as listed
        on
            forecasts.company_id = listed.company_id
            and forecasts.sku = listed.sku
    left join {{ ref('dim_companies') }} as companies
        on forecasts.company_id = companies.company_id
    where forecasts.units_on_hand is not null
),

-- Weeks until a delivery that is ordered today, and until the one after it.
weeks as (
    select
        *,
        least(greatest(ceil(lead_time_day_count / 7e0), 1), 8) as lead_weeks,
        least(lead_weeks + ceil({{ var('reorder_days') }} / 7e0), 8) as last_week
    from timed
),

products as (
    select
        company_id,
        sku,
        any_value(product_name) as product_name,
        any_value(category) as category,
        any_value(units_on_hand) as units_on_hand,
        any_value(lead_time_day_count) as lead_time_day_count,
        any_value(lead_time_source) as lead_time_source,
        max(cumulative_expected_units) filter (where week_number = lead_weeks)
            as lead_expected_units,
        max(probability_out) filter (where week_number = lead_weeks) as probability_out,
        sum(expected_revenue_amount) filter (where week_number <= lead_weeks)
            as lead_revenue_amount,
        max(cumulative_p90_units) filter (where week_number = last_week)
            as wanted_units,
        any_value(trained_through_date) as trained_through_date,
        any_value(currency) as currency
    from weeks
    group by company_id, sku
),

rated as (
    select
        *,
        probability_out >= {{ var('reorder_probability') }} as is_to_reorder,
        greatest(wanted_units - floor(units_on_hand), 0) as order_units
    from products
),

final as (
    select
        rated.company_id,
        cast(
            row_number() over (
                partition by rated.company_id
                order by
                    rated.is_to_reorder desc,
                    rated.probability_out * rated.lead_revenue_amount desc,
                    rated.sku asc
            ) as bigint
        ) as reorder_number,
        rated.sku,
        rated.product_name,
        rated.category,
        {{ rounded('rated.units_on_hand', 1) }} as units_on_hand,
        cover.forecast_days_of_cover,
        cast(rated.lead_time_day_count as bigint) as lead_time_day_count,
        rated.lead_time_source,
        {{ rounded('rated.lead_expected_units', 2) }} as lead_expected_units,
        {{ rounded('rated.probability_out', 4) }} as probability_out,
        rated.is_to_reorder,
        cast(round(if(rated.is_to_reorder, rated.order_units, 0)) as bigint)
            as order_unit_count,
        {{ money('rated.probability_out * rated.lead_revenue_amount') }}
            as revenue_at_risk_amount,
        rated.trained_through_date,
        rated.currency
    from rated
    left join cover
        on
            rated.company_id = cover.company_id
            and rated.sku = cover.sku
)

select * from final
