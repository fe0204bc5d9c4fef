with

periods as (
    select * from {{ ref('int_acquisition_periods') }}
),

cohort_spend as (
    select * from {{ ref('int_cohort_spend') }}
),

sides as (
    {% for is_earlier, side in [('false', ''), ('true', 'earlier_')] %}
        select
            company_id,
            age_days,
            cohort_type,
            from_month,
            {{ is_earlier }} as is_earlier,
            {{ side }}from_month as first_month,
            {{ side }}through_month as last_month
        from periods
        where {{ side }}from_month is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

by_day as (
    select
        sides.company_id,
        sides.age_days,
        sides.cohort_type,
        sides.from_month,
        sides.is_earlier,
        cohort_spend.second_purchase_days,
        sum(cohort_spend.customer_count) as customer_count,
        sum(cohort_spend.net_revenue_amount) as net_revenue_amount,
        sum(cohort_spend.refund_amount) as refund_amount,
        sum(cohort_spend.refundable_amount) as refundable_amount
    from sides
    inner join cohort_spend
        on
            sides.company_id = cohort_spend.company_id
            and sides.age_days = cohort_spend.age_days
            and sides.first_month <= cohort_spend.cohort_month
            and sides.last_month >= cohort_spend.cohort_month
    group by all
),

-- Customers who have bought again by a day; those who have not come last.
counted as (
    select
        *,
        sum(customer_count) over (
            partition by company_id, age_days, cohort_type, from_month, is_earlier
            order by second_purchase_days nulls last
        ) as reached_count,
        sum(customer_count) filter (where second_purchase_days is not null) over (
            partition by company_id, age_days, cohort_type, from_month, is_earlier
        ) as bought_again_count
    from by_day
),

summed as (
    select
        company_id,
        age_days,
        cohort_type,
        from_month,
        is_earlier,
        cast(sum(customer_count) as bigint) as customer_count,
        cast(coalesce(any_value(bought_again_count), 0) as bigint)
            as bought_again_count,
        -- The least number of days within which half of them had.
        min(second_purchase_days) filter (
            where 2 * reached_count >= bought_again_count
        ) as median_days,
        cast(sum(net_revenue_amount) as decimal(18, 2)) as net_revenue_amount,
        cast(sum(refund_amount) as double) as refunds,
        cast(sum(refundable_amount) as double) as refundable
    from counted
    group by company_id, age_days, cohort_type, from_month, is_earlier
),

{%- set rates = {
    'net_revenue_per_customer_amount':
        money_per('net_revenue_amount', 'customer_count'),
    'exact_net_revenue_per_customer':
        'cast(net_revenue_amount as double) / customer_count',
    'bought_again_share': 'cast(bought_again_count as double) / customer_count',
    'median_second_purchase_days': 'median_days',
    'refund_value_rate': 'refunds / nullif(refundable, 0)',
} %}

-- Of few customers, chance makes any rate.
final as (
    select
        {% for name, value in rates.items() %}
            case
                when customer_count >= {{ var('least_customers_followed') }}
                    then {{ value }}
            end as {{ name }},
        {% endfor %}
        company_id,
        age_days,
        cohort_type,
        from_month,
        is_earlier,
        customer_count,
        bought_again_count,
        net_revenue_amount
    from summed
)

select * from final
