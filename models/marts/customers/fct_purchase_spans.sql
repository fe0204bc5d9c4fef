with

customers as (
    select * from {{ ref('int_customers') }}
),

spans as (
    select
        company_id,
        {{ whole(days_between('first_paid_date', 'last_paid_date'), 7) }}
            as span_week_count,
        count(*) as customer_count,
        count(*) filter (where paid_order_count > 1) as repeat_customer_count,
        count(*) filter (where has_older_orders) as older_customer_count
    from customers
    where first_paid_date is not null
    group by all
),

weeks as (
    select
        company_id,
        {{ each_below('max(span_week_count) + 1') }} as span_week_count
    from spans
    group by company_id
),

final as (
    select
        weeks.company_id,
        weeks.span_week_count,
        coalesce(spans.customer_count, 0) as customer_count,
        coalesce(spans.repeat_customer_count, 0) as repeat_customer_count,
        coalesce(spans.older_customer_count, 0) as older_customer_count
    from weeks
    left join spans
        on
            weeks.company_id = spans.company_id
            and weeks.span_week_count = spans.span_week_count
)

select * from final
