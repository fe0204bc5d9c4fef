{%- set ages = var('acquisition_ages') -%}
with

customers as (
    select * from {{ ref('int_customers') }}
    where cohort_month is not null
),

customer_days as (
    select * from {{ ref('int_customer_days') }}
),

aged as (
    select
        customers.company_id,
        customers.customer_id,
        customers.cohort_month,
        customer_days.paid_order_count,
        customer_days.net_revenue_amount,
        customer_days.refund_amount,
        customer_days.refundable_amount,
        {{ days_between('customers.first_paid_date', 'customer_days.order_date') }}
            as age_days
    from customers
    inner join customer_days
        on
            customers.company_id = customer_days.company_id
            and customers.customer_id = customer_days.customer_id
            and customers.first_paid_date + {{ ages | max }} >= customer_days.order_date
),

-- A second order on the first day is a second order.
spent as (
    select
        company_id,
        customer_id,
        cohort_month,
        {% for age in ages %}
            {% for column in ['net_revenue', 'refund', 'refundable'] %}
                sum({{ column }}_amount) filter (where age_days <= {{ age }})
                    as {{ column }}_{{ age }},
            {% endfor %}
        {% endfor %}
        min(age_days) filter (where age_days > 0 or paid_order_count > 1)
            as second_days
    from aged
    group by all
),

by_day as (
    select
        company_id,
        cohort_month,
        second_days,
        {% for age in ages %}
            {% for column in ['net_revenue', 'refund', 'refundable'] %}
                sum({{ column }}_{{ age }}) as {{ column }}_{{ age }},
            {% endfor %}
            {%- set spend = cents('net_revenue_%d' % age) %}
            sum({{ spend }} * {{ spend }}) as squared_{{ age }},
        {% endfor %}
        count(*) as customer_count
    from spent
    group by all
),

by_age as (
    {% for age in ages %}
        select
            company_id,
            cohort_month,
            {{ age }} as age_days,
            case when second_days <= {{ age }} then second_days end
                as second_purchase_days,
            customer_count,
            net_revenue_{{ age }} as net_revenue,
            refund_{{ age }} as refund,
            refundable_{{ age }} as refundable,
            squared_{{ age }} as squared
        from by_day
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        company_id,
        cohort_month,
        cast(age_days as bigint) as age_days,
        second_purchase_days,
        cast(sum(customer_count) as bigint) as customer_count,
        cast(sum(net_revenue) as decimal(18, 2)) as net_revenue_amount,
        cast(sum(refund) as decimal(18, 2)) as refund_amount,
        cast(sum(refundable) as decimal(18, 2)) as refundable_amount,
        -- Added up as whole numbers: the order of customers changes nothing.
        cast(sum(squared) as double) as squared_spend
    from by_age
    group by company_id, cohort_month, age_days, second_purchase_days
)

select * from final
