with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

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
        {{ months_between('customers.cohort_month', 'windows.last_full_month') }}
            as age_months
    from customers
    inner join windows
        on customers.company_id = windows.company_id
),

spent as (
    select
        aged.company_id,
        aged.customer_id,
        {% for months in [3, 6, 12] %}
            sum(customer_days.net_revenue_amount) filter (
                where
                {{ months_between('aged.cohort_month', 'customer_days.order_date') }}
                <= {{ months }}
            ) as month_{{ months }},
        {% endfor %}
        aged.age_months
    from aged
    inner join customer_days
        on
            aged.company_id = customer_days.company_id
            and aged.customer_id = customer_days.customer_id
    where aged.age_months between 3 and 23
    group by all
),

-- The twelve youngest cohorts that have lived so long: younger ones still buy.
summed as (
    select
        {% for months in [3, 6, 12] %}
            {%- set is_old = 'age_months between %d and %d' % (months, months + 11) %}
            sum(month_{{ months }}) filter (where {{ is_old }})
                as revenue_{{ months }},
            count(*) filter (where {{ is_old }}) as count_{{ months }},
        {% endfor %}
        company_id
    from spent
    group by all
),

final as (
    select
        {% for months in [3, 6, 12] %}
            case
                when count_{{ months }} >= {{ var('least_customers_followed') }}
                    then {{ money_per('revenue_%d' % months, 'count_%d' % months) }}
            end as cohort_revenue_month_{{ months }}_amount,
        {% endfor %}
        company_id
    from summed
)

select * from final
