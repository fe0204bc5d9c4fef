with

capacities as (
    select * from {{ ref('fct_advance_capacity') }}
)

select
    stressed.company_id,
    stressed.stress_id,
    stressed.fee_rate,
    stressed.remittance_share,
    stressed.capacity_90_amount,
    unstressed.capacity_90_amount as unstressed_90_amount
from capacities as stressed
inner join capacities as unstressed
    on
        stressed.company_id = unstressed.company_id
        and stressed.fee_rate = unstressed.fee_rate
        and stressed.remittance_share = unstressed.remittance_share
        and unstressed.stress_id = 'none'
where
    stressed.capacity_90_amount > unstressed.capacity_90_amount
    or stressed.capacity_95_amount > unstressed.capacity_95_amount
