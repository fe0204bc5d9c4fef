with

covenants as (
    select * from {{ ref('covenants') }}
),

final as (
    select
        company_id,
        measure_id,
        breach_when,
        amber,
        red
    from covenants
)

select * from final
