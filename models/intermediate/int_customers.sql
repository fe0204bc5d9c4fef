with

orders as (
    select * from {{ ref('int_orders') }}
),

order_rows as (
    select * from {{ ref('base_shop__orders_validated') }}
),

rejected_rows as (
    select
        company_id,
        customer_id,
        count(*) as rejected_row_count
    from order_rows
    where not is_usable and customer_id is not null
    group by all
),

customers as (
    select
        company_id,
        customer_id,
        count(*) as order_count,
        count(*) filter (where is_paid) as paid_order_count,
        min(ordered_at) filter (where is_paid) as first_paid_at,
        max(ordered_at) filter (where is_paid) as last_paid_at,
        min(order_date) filter (where is_paid) as first_paid_date,
        max(order_date) filter (where is_paid) as last_paid_date,
        sum(gross_amount) filter (where is_paid) as gross_amount,
        sum(refund_amount) filter (where is_paid) as refund_amount,
        sum(net_revenue_amount) as net_revenue_amount,
        min(customer_created_at) as account_created_at,
        min(reported_customer_order_count) as min_reported_count,
        max(reported_customer_order_count) as max_reported_count
    from orders
    where customer_id is not null
    group by all
),

-- Every counter above one, and one above all orders we hold: the customer bought before
-- the log begins. A rejected row is an order too, so it explains one count.
counted as (
    select
        customers.*,
        coalesce(
            customers.min_reported_count > 1
            and customers.max_reported_count
            > customers.order_count + coalesce(rejected_rows.rejected_row_count, 0),
            false
        ) as has_older_orders
    from customers
    left join rejected_rows
        on
            customers.company_id = rejected_rows.company_id
            and customers.customer_id = rejected_rows.customer_id
),

final as (
    select
        company_id,
        customer_id,
        order_count,
        paid_order_count,
        first_paid_at,
        last_paid_at,
        first_paid_date,
        last_paid_date,
        cast(
            case when not has_older_orders then date_trunc('month', first_paid_date) end
            as date
        ) as cohort_month,
        -- Who is new: all orders in the calendar month of the first paid one are.
        case when not has_older_orders then last_day(first_paid_date) end
            as new_through_date,
        cast(coalesce(gross_amount, 0) as decimal(18, 2)) as gross_amount,
        cast(coalesce(refund_amount, 0) as decimal(18, 2)) as refund_amount,
        cast(net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        account_created_at,
        max_reported_count is not null as has_reported_counters,
        case
            when order_count > 1 then min_reported_count = max_reported_count
        end as has_constant_counters,
        has_older_orders
    from counted
)

select * from final
