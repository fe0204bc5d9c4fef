with

customers as (
    select * from {{ ref('dim_customers') }}
    where customer_segment is not null
),

trailing_year as (
    select * from {{ ref('int_trailing_customers') }}
    where years_before = 0
),

spend as (
    select * from {{ ref('fct_customer_spend_forecast') }}
    where window_name = '365_days'
),

moves as (
    select * from {{ ref('fct_segment_moves') }}
),

segments as (
    select
        customers.company_id,
        customers.customer_segment,
        any_value(customers.currency) as currency,
        count(*) as customer_count,
        sum(customers.net_revenue_amount) as lifetime_value_amount,
        sum(coalesce(trailing_year.positive_revenue_amount, 0)) as trailing_year_amount,
        sum(spend.expected_net_revenue_amount)
            as predicted_12_month_value_amount,
        sum(
            cast(coalesce(trailing_year.positive_revenue_amount, 0) as double)
            * (1 - spend.probability_of_purchase)
        ) as revenue_at_risk_amount,
        avg(spend.probability_alive) as alive_share
    from customers
    left join trailing_year
        on
            customers.company_id = trailing_year.company_id
            and customers.customer_id = trailing_year.customer_id
    left join spend
        on
            customers.company_id = spend.company_id
            and customers.customer_id = spend.customer_id
    group by all
),

entered as (
    select
        company_id,
        to_segment as customer_segment,
        sum(customer_count) filter (where from_segment <> to_segment) as entered_count
    from moves
    group by all
),

gone as (
    select
        company_id,
        from_segment as customer_segment,
        sum(customer_count) filter (where from_segment <> to_segment) as left_count
    from moves
    group by all
),

known as (
    select distinct company_id from moves
),

final as (
    select
        segments.company_id,
        segments.customer_segment,
        {{ segment_label('segments.customer_segment') }} as segment_label,
        segments.currency,
        cast({{ segment_number('segments.customer_segment') }} as bigint)
            as segment_number,
        segments.customer_count,
        cast(segments.customer_count as double) / sum(segments.customer_count) over (
            partition by segments.company_id
        ) as customer_share,
        cast(segments.lifetime_value_amount as decimal(18, 2)) as lifetime_value_amount,
        cast(segments.trailing_year_amount as decimal(18, 2)) as trailing_year_amount,
        cast(segments.predicted_12_month_value_amount as decimal(18, 2))
            as predicted_12_month_value_amount,
        {{ money('segments.revenue_at_risk_amount') }}
            as revenue_at_risk_amount,
        segments.alive_share,
        case
            when known.company_id is not null
                then cast(coalesce(entered.entered_count, 0) as bigint)
        end as entered_count,
        case
            when known.company_id is not null
                then cast(coalesce(gone.left_count, 0) as bigint)
        end as left_count
    from segments
    left join known
        on segments.company_id = known.company_id
    left join entered
        on
            segments.company_id = entered.company_id
            and segments.customer_segment = entered.customer_segment
    left join gone
        on
            segments.company_id = gone.company_id
            and segments.customer_segment = gone.customer_segment
)

select * from final
