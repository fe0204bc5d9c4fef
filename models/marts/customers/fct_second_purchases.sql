with

companies as (
    select * from {{ ref('dim_companies') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

second_orders as (
    select
        company_id,
        customer_id,
        order_date
    from orders
    where paid_order_number = 2
),

-- Both ends count: a first purchase on the log's last day is seen for one day.
followed as (
    select
        customers.company_id,
        {{ whole(
            days_between('customers.first_paid_date', 'companies.last_order_date')
            ~ ' + 1', 7
        ) }} as seen_week_count,
        {{ whole(
            days_between('customers.first_paid_date', 'second_orders.order_date'), 7
        ) }} as second_week_number
    from customers
    inner join companies
        on customers.company_id = companies.company_id
    left join second_orders
        on
            customers.company_id = second_orders.company_id
            and customers.customer_id = second_orders.customer_id
    where customers.first_paid_date is not null and not customers.has_older_orders
),

-- A week counts for a customer only where the log covers all of it; cut weeks would
-- make second purchases look rarer than they are.
exits as (
    select
        company_id,
        least(second_week_number, seen_week_count - 1) as week_number,
        count(*) as customer_count,
        count(*) filter (where second_week_number < seen_week_count)
            as second_purchase_count
    from followed
    where seen_week_count > 0
    group by all
),

weeks as (
    select
        company_id,
        {{ each_below('max(week_number) + 1') }} as week_number
    from exits
    group by company_id
),

life_table as (
    select
        weeks.company_id,
        weeks.week_number,
        cast(
            sum(exits.customer_count) over (
                partition by weeks.company_id
                order by weeks.week_number desc
            ) as bigint
        ) as at_risk_customer_count,
        coalesce(exits.second_purchase_count, 0) as second_purchase_count,
        coalesce(exits.customer_count - exits.second_purchase_count, 0)
            as censored_customer_count
    from weeks
    left join exits
        on
            weeks.company_id = exits.company_id
            and weeks.week_number = exits.week_number
),

final as (
    select
        company_id,
        week_number,
        at_risk_customer_count,
        second_purchase_count,
        censored_customer_count,
        case
            when at_risk_customer_count >= {{ var('least_customers_at_risk') }}
                then
                    1 - {{ running_product(
                        '1 - cast(second_purchase_count as double)'
                        ~ ' / at_risk_customer_count',
                        '(partition by company_id order by week_number)'
                    ) }}
        end as second_purchase_share
    from life_table
)

select * from final
