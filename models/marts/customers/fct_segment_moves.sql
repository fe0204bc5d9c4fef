with

customers as (
    select * from {{ ref('dim_customers') }}
    where customer_segment is not null
),

before as (
    select * from {{ ref('stg_release__customers') }}
),

known as (
    select distinct company_id from before
),

final as (
    select
        known.company_id,
        coalesce(before.customer_segment, 'none') as from_segment,
        coalesce(customers.customer_segment, 'gone') as to_segment,
        count(*) as customer_count
    from customers
    full outer join before
        on
            customers.company_id = before.company_id
            and customers.customer_id = before.customer_id
    inner join known
        on coalesce(customers.company_id, before.company_id) = known.company_id
    group by all
)

select * from final
