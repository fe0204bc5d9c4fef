with

companies as (
    select * from {{ ref('dim_companies') }}
),

months as (
    select * from {{ ref('fct_monthly_revenue') }}
),

customer_months as (
    select * from {{ ref('fct_customer_months') }}
),

full_months as (
    select
        company_id,
        revenue_month
    from months
    qualify
        not is_partial_month
        and not lag(is_partial_month) over (
            partition by company_id
            order by revenue_month
        )
),

compared_months as (
    select
        company_id,
        revenue_month,
        revenue_month = max(revenue_month) over (partition by company_id)
            as is_latest_month
    from full_months
),

-- Spend counts in its own month, and as the previous spend of the next.
spend as (
    select
        company_id,
        customer_id,
        spend_month,
        0 as previous_month_amount,
        net_revenue_amount,
        is_new_customer
    from customer_months
    union all
    select
        company_id,
        customer_id,
        cast(spend_month + interval 1 month as date) as spend_month,
        net_revenue_amount as previous_month_amount,
        0 as net_revenue_amount,
        false as is_new_customer
    from customer_months
),

changes as (
    select
        company_id,
        customer_id,
        spend_month,
        sum(previous_month_amount) as previous_month_amount,
        sum(net_revenue_amount) as net_revenue_amount,
        bool_or(is_new_customer) as is_new_customer,
        sum(net_revenue_amount - previous_month_amount) as change_amount
    from spend
    group by company_id, customer_id, spend_month
),

largest as (
    select
        changes.*,
        compared_months.is_latest_month,
        cast(
            row_number() over (
                partition by
                    changes.company_id,
                    changes.spend_month,
                    changes.change_amount > 0
                order by abs(changes.change_amount) desc, changes.customer_id
            ) as bigint
        ) as change_rank
    from changes
    inner join compared_months
        on
            changes.company_id = compared_months.company_id
            and changes.spend_month = compared_months.revenue_month
    where changes.change_amount <> 0
    qualify change_rank <= 20
),

final as (
    select
        largest.company_id,
        companies.currency,
        largest.spend_month,
        if(largest.change_amount > 0, 'increase', 'decrease') as direction,
        largest.change_rank,
        largest.customer_id,
        cast(largest.previous_month_amount as decimal(18, 2))
            as previous_month_net_revenue_amount,
        cast(largest.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(largest.change_amount as decimal(18, 2)) as change_amount,
        largest.is_new_customer,
        largest.is_latest_month
    from largest
    left join companies
        on largest.company_id = companies.company_id
)

select * from final
