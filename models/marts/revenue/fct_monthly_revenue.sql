with

days as (
    select * from {{ ref('fct_daily_revenue') }}
),

customer_months as (
    select * from {{ ref('fct_customer_months') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

months as (
    select
        company_id,
        currency,
        cast(date_trunc('month', revenue_date) as date) as revenue_month,
        sum(net_revenue_amount) as net_revenue_amount,
        sum(new_customer_revenue_amount) as new_customer_revenue_amount,
        sum(guest_revenue_amount) as guest_revenue_amount,
        sum(gross_amount) as gross_amount,
        sum(refund_amount) as refund_amount,
        sum(refundable_amount) as refundable_amount,
        sum(refunds_issued_amount) as refunds_issued_amount,
        sum(net_revenue_by_refund_date_amount) as net_revenue_by_refund_date_amount,
        cast(sum(paid_order_count) as bigint) as paid_order_count,
        cast(sum(refunded_order_count) as bigint) as refunded_order_count,
        count(*) as covered_day_count
    from days
    group by all
),

customer_counts as (
    select
        company_id,
        spend_month,
        count(*) as customer_count
    from customer_months
    group by all
),

-- Each is counted once, in the month of the first paid order, however long it is new.
new_customer_counts as (
    select
        company_id,
        cohort_month,
        count(*) as new_customer_count
    from customers
    where cohort_month is not null
    group by all
),

final as (
    select
        months.company_id,
        months.revenue_month,
        cast(months.net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(months.new_customer_revenue_amount as decimal(18, 2))
            as new_customer_revenue_amount,
        cast(
            months.net_revenue_amount
            - months.new_customer_revenue_amount
            - months.guest_revenue_amount as decimal(18, 2)
        ) as returning_customer_revenue_amount,
        cast(months.guest_revenue_amount as decimal(18, 2)) as guest_revenue_amount,
        cast(
            months.new_customer_revenue_amount as double
        ) / nullif(months.net_revenue_amount - months.guest_revenue_amount, 0)
            as new_customer_revenue_share,
        cast(months.gross_amount as decimal(18, 2)) as gross_amount,
        cast(months.refund_amount as decimal(18, 2)) as refund_amount,
        cast(months.refundable_amount as decimal(18, 2)) as refundable_amount,
        cast(months.refund_amount as double) / nullif(months.refundable_amount, 0)
            as refund_value_rate,
        cast(months.refunded_order_count as double) / nullif(months.paid_order_count, 0)
            as refund_order_rate,
        months.paid_order_count,
        months.refunded_order_count,
        coalesce(customer_counts.customer_count, 0) as customer_count,
        coalesce(new_customer_counts.new_customer_count, 0) as new_customer_count,
        {{ money_per('months.net_revenue_amount', 'months.paid_order_count') }}
            as average_order_amount,
        {{ money_per(
            'months.net_revenue_amount - months.guest_revenue_amount',
            'customer_counts.customer_count'
        ) }} as average_customer_spend_amount,
        cast(months.refunds_issued_amount as decimal(18, 2)) as refunds_issued_amount,
        cast(months.net_revenue_by_refund_date_amount as decimal(18, 2))
            as net_revenue_by_refund_date_amount,
        months.covered_day_count < day(last_day(months.revenue_month))
            as is_partial_month,
        months.currency
    from months
    left join customer_counts
        on
            months.company_id = customer_counts.company_id
            and months.revenue_month = customer_counts.spend_month
    left join new_customer_counts
        on
            months.company_id = new_customer_counts.company_id
            and months.revenue_month = new_customer_counts.cohort_month
)

select * from final
