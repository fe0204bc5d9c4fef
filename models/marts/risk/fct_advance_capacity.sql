with

stresses as (
    select * from {{ ref('fct_advance_stresses') }}
),

capacities as (
    select * from {{ ref('stg_forecasting__advance_capacity') }}
),

final as (
    select
        capacities.company_id,
        capacities.run_id,
        stresses.currency,
        capacities.stress_id,
        capacities.stress_name,
        capacities.stress_rank,
        stresses.stress_note,
        capacities.fee_rate,
        capacities.remittance_share,
        capacities.is_standard_terms,
        capacities.horizon_days,
        capacities.capacity_90_amount,
        capacities.capacity_95_amount,
        stresses.average_month_amount,
        case
            when stresses.average_month_amount > 0
                then
                    cast(capacities.capacity_90_amount as double)
                    / stresses.average_month_amount
        end as capacity_90_months_of_sales
    from capacities
    inner join stresses
        on
            capacities.company_id = stresses.company_id
            and capacities.run_id = stresses.run_id
            and capacities.stress_id = stresses.stress_id
)

select * from final
