with

buyers as (
    select * from {{ ref('int_buyer_patterns') }}
),

figures as (
    select * from {{ ref('int_trailing_figures') }}
),

-- Five buyers: a shop of subscribers has thousands, and each is small.
summed as (
    select
        company_id,
        max(most_orders_in_a_day) as most_orders_in_a_day,
        sum(regular_revenue_amount) filter (where regular_rank <= 5)
            as regular_revenue_amount
    from buyers
    group by all
),

final as (
    select
        summed.company_id,
        summed.most_orders_in_a_day,
        case
            when figures.net_revenue_amount > 0
                then
                    cast(summed.regular_revenue_amount as double)
                    / figures.net_revenue_amount
        end as regular_buyer_revenue_share
    from summed
    inner join figures
        on summed.company_id = figures.company_id
)

select * from final
