with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

scales as (
    select * from {{ ref('int_customer_scales') }}
),

cohort_spend as (
    select * from {{ ref('int_cohort_spend') }}
    where age_days = {{ var('acquisition_ages') | min }}
),

-- Counters tell who bought before the log. Without them, who buys in its first weeks
-- only looks new, and buys more than a new customer does.
known as (
    select
        company_id,
        count(*) filter (where has_reported_counters) >= 0.99 * count(*)
            as has_counters
    from customers
    group by all
),

starts as (
    select
        windows.company_id,
        windows.as_of_date,
        windows.first_order_date + cast(
            case
                when known.has_counters then 0
                else
                    greatest({{ var('cohort_warm_up_days') }}, scales.lapse_gap_days)
            end as integer
        ) as known_from_date
    from windows
    left join known
        on windows.company_id = known.company_id
    left join scales
        on windows.company_id = scales.company_id
),

ages as (
    select {{ each_of(var('acquisition_ages')) }} as age_days
),

-- Whole months; one counts when the last of its days is so old.
edges as (
    select
        starts.company_id,
        cast(ages.age_days as bigint) as age_days,
        cast(
            date_trunc('month', starts.known_from_date - 1) + interval 1 month as date
        ) as first_month,
        cast(
            date_trunc('month', starts.as_of_date + 1 - ages.age_days)
            - interval 1 month as date
        ) as last_month
    from starts
    cross join ages
),

sizes as (
    select
        edges.company_id,
        cohort_spend.cohort_month,
        sum(cohort_spend.customer_count) as customer_count
    from edges
    inner join cohort_spend
        on
            edges.company_id = cohort_spend.company_id
            and edges.age_days = cohort_spend.age_days
            and edges.first_month <= cohort_spend.cohort_month
            and edges.last_month >= cohort_spend.cohort_month
    group by all
),

small as (
    select
        company_id,
        median(customer_count) < {{ var('least_customers_followed') }} as has_quarters
    from sizes
    group by company_id
),

final as (
    select
        edges.company_id,
        edges.age_days,
        edges.first_month,
        edges.last_month,
        if(coalesce(small.has_quarters, false), 'quarter', 'month') as cohort_type
    from edges
    left join small
        on edges.company_id = small.company_id
)

select * from final
