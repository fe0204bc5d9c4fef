with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

gaps as (
    select * from {{ ref('int_purchase_gaps') }}
),

period_types as (
    select {{ each_of(["'month'", "'week'"]) }} as period_type
),

-- A customer lapses so many days after a purchase, unless the next one comes first, and
-- is back on the day of the next one.
returns as (
    select
        company_id,
        {{ lapsed_date('previous_order_date') }} as lapsed_date,
        order_date as return_date
    from gaps
    where order_date > {{ lapsed_date('previous_order_date') }}
),

changes as (
    select
        company_id,
        first_paid_date as change_date,
        1 as customer_change,
        cast(new_through_date is not null as integer) as new_customer_change,
        0 as lapsed_customer_change
    from customers
    where first_paid_date is not null
    union all
    select
        company_id,
        {{ lapsed_date('last_paid_date') }} as change_date,
        0 as customer_change,
        0 as new_customer_change,
        1 as lapsed_customer_change
    from customers
    where last_paid_date is not null
    {% for day, change in [('lapsed_date', 1), ('return_date', -1)] %}
        union all
        select
            company_id,
            {{ day }} as change_date,
            0 as customer_change,
            0 as new_customer_change,
            {{ change }} as lapsed_customer_change
        from returns
    {% endfor %}
),

-- What comes after the log's last day has not happened yet.
happened as (
    select changes.*
    from changes
    inner join windows
        on changes.company_id = windows.company_id
    where changes.change_date <= windows.last_order_date
),

final as (
    select
        happened.company_id,
        period_types.period_type,
        cast(date_trunc(period_types.period_type, happened.change_date) as date)
            as period_start_date,
        cast(sum(happened.customer_change) as bigint) as customer_change,
        cast(sum(happened.new_customer_change) as bigint) as new_customer_change,
        cast(sum(happened.lapsed_customer_change) as bigint) as lapsed_customer_change
    from happened
    cross join period_types
    group by all
)

select * from final
