with

scenarios as (
    select * from {{ ref('fct_advance_scenarios') }}
)

select
    stressed.company_id,
    stressed.stress_id,
    stressed.advance_months,
    stressed.fee_rate,
    stressed.remittance_share
from scenarios as stressed
inner join scenarios as unstressed
    on
        stressed.company_id = unstressed.company_id
        and stressed.advance_months = unstressed.advance_months
        and stressed.fee_rate = unstressed.fee_rate
        and stressed.remittance_share = unstressed.remittance_share
        and unstressed.stress_id = 'none'
where
    stressed.probability_repaid_by_30 > unstressed.probability_repaid_by_30
    or stressed.probability_repaid_by_60 > unstressed.probability_repaid_by_60
    or stressed.probability_repaid_by_90 > unstressed.probability_repaid_by_90
    or stressed.probability_repaid_by_120 > unstressed.probability_repaid_by_120
    or stressed.probability_repaid_by_150 > unstressed.probability_repaid_by_150
    or stressed.return_p10 > unstressed.return_p10
    or stressed.expected_shortfall_amount < unstressed.expected_shortfall_amount
