with

thresholds as (
    select * from {{ ref('risk_thresholds') }}
),

final as (
    select
        cast(measure_number as bigint) as measure_number,
        measure_id,
        measure_name,
        topic,
        unit,
        kind,
        worse_when,
        amber,
        red,
        green,
        concern_sentence,
        strength_sentence,
        missing_reason,
        evidence_table
    from thresholds
)

select * from final
