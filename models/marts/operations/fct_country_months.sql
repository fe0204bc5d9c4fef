with

revenue as (
    select * from {{ ref('fct_monthly_revenue') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
    where is_paid or is_refund_without_order
),

countries as (
    select * from {{ ref('stg_reference__countries') }}
),

months as (
    select
        company_id,
        cast(date_trunc('month', order_date) as date) as revenue_month,
        coalesce(country, '(none)') as country,
        coalesce(state, '(none)') as state,
        coalesce(city, '(none)') as city,
        count(*) filter (where is_paid) as paid_order_count,
        count(distinct customer_id) filter (where is_paid)
            as customer_count,
        sum(gross_amount) as gross_amount,
        sum(refund_amount) as refund_amount,
        sum(net_revenue_amount) as net_revenue_amount
    from orders
    group by all
),

final as (
    select
        months.company_id,
        months.revenue_month,
        revenue.is_partial_month,
        months.country,
        countries.country_code,
        months.state,
        months.city,
        months.paid_order_count,
        months.customer_count,
        cast(months.gross_amount as decimal(18, 2)) as gross_amount,
        cast(months.refund_amount as decimal(18, 2)) as refund_amount,
        cast(months.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(months.net_revenue_amount as double) / nullif(
            sum(months.net_revenue_amount) over (
                partition by months.company_id, months.revenue_month
            ), 0
        ) as net_revenue_share,
        companies.currency
    from months
    inner join {{ ref('dim_companies') }} as companies
        on months.company_id = companies.company_id
    left join revenue
        on
            months.company_id = revenue.company_id
            and months.revenue_month = revenue.revenue_month
    left join countries
        on lower(months.country) = countries.country
)

select * from final
