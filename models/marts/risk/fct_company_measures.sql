with

profiles as (
    select * from {{ ref('fct_company_risk_profile') }}
),

stock as (
    select
        company_id,
        sum(covered_60_amount) / nullif(sum(needed_60_amount), 0) as cover_60_share
    from {{ ref('fct_stock_cover') }}
    where is_current
    group by company_id
),

-- A profile's columns by their names, beside what the forecast adds.
rows_as_json as (
    select
        *,
        to_json(profiles) as profile
    from profiles
),

documents as (
    select
        profiles.company_id,
        profiles.company_name,
        profiles.currency,
        profiles.as_of_date,
        json_merge_patch(
            profiles.profile,
            json_object(
                'forecast_coverage_80_share', trust.coverage_80_share,
                'forecast_skill', trust.skill_over_best_naive,
                'probability_below_year_before', outlooks.probability_below_year_before,
                'stock_cover_60_share', stock.cover_60_share
            )
        ) as figures
    from rows_as_json as profiles
    -- Five windows that do not overlap, as trust asks for.
    left join {{ ref('fct_forecast_trust') }} as trust
        on profiles.company_id = trust.company_id and trust.effective_window_count >= 5
    left join {{ ref('fct_forecast_outlook') }} as outlooks
        on profiles.company_id = outlooks.company_id
    left join stock
        on profiles.company_id = stock.company_id
),

measured as (
    select
        documents.company_id,
        documents.company_name,
        documents.currency,
        documents.as_of_date,
        thresholds.*,
        try_cast(documents.figures ->> thresholds.measure_id as double)
            as measure_value,
        try_cast(
            documents.figures ->> (thresholds.measure_id || '_year_before') as double
        ) as value_year_before
    from documents
    cross join {{ ref('stg_reference__risk_thresholds') }} as thresholds
),

-- Among the other companies; amounts only among those of the same currency.
ranked as (
    select
        *,
        if(unit = 'amount', coalesce(currency, company_id), '') as peer_group,
        rank() over (
            partition by measure_id, peer_group, measure_value is null
            order by measure_value
        ) - 1 as lower_count,
        count(measure_value) over (partition by measure_id, peer_group) - 1
            as other_count,
        count(measure_value) over (
            partition by measure_id, peer_group, measure_value
        ) - 1 as equal_count
    from measured
),

final as (
    select
        company_id,
        company_name,
        currency,
        as_of_date,
        cast(measure_number as bigint) as measure_number,
        measure_id,
        measure_name,
        topic,
        unit,
        measure_value,
        {{ measure_label('measure_value', 'unit', 'currency') }} as value_label,
        value_year_before,
        case
            when unit = 'amount' and value_year_before > 0
                then
                    {{ measure_label(
                        'measure_value / value_year_before - 1', "'change'", 'currency'
                    ) }}
            when unit <> 'amount'
                then {{ measure_label('value_year_before', 'unit', 'currency') }}
        end as year_before_label,
        case
            when measure_value is not null and other_count >= 5
                then (lower_count + 0.5 * equal_count) / other_count
        end as percentile,
        case when measure_value is not null then other_count else 0 end as peer_count,
        case
            when measure_value is null then 'grey'
            else {{ threshold_status('measure_value', '', 'worse_when') }}
        end as status,
        case when measure_value is null then missing_reason end as missing_reason,
        evidence_table
    from ranked
)

select * from final
