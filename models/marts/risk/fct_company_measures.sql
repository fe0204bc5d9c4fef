with

profiles as (
    select * from {{ ref('fct_company_risk_profile') }}
),

stock as (
    select
        company_id,
        cast(sum(covered_60_amount) as double) / nullif(sum(needed_60_amount), 0)
            as cover_60_share
    from {{ ref('fct_stock_cover') }}
    where is_current
    group by company_id
),

-- What the forecast adds to a profile.
companies as (
    select
        profiles.*,
        trust.coverage_80_share as forecast_coverage_80_share,
        trust.skill_over_best_naive as forecast_skill,
        outlooks.probability_below_year_before,
        stock.cover_60_share as stock_cover_60_share
    from profiles
    -- Five windows that do not overlap, as trust asks for.
    left join {{ ref('fct_forecast_trust') }} as trust
        on profiles.company_id = trust.company_id and trust.effective_window_count >= 5
    left join {{ ref('fct_forecast_outlook') }} as outlooks
        on profiles.company_id = outlooks.company_id
    left join stock
        on profiles.company_id = stock.company_id
),

-- Columns by their names.
named as (
    select
        *,
        {{ fields_of('companies') }} as figures
    from companies
),

measured as (
    select
        named.company_id,
        named.company_name,
        named.currency,
        named.as_of_date,
        thresholds.*,
        try_cast({{ field('named.figures', 'thresholds.measure_id') }} as double)
            as measure_value,
        try_cast(
            {{ field('named.figures', "thresholds.measure_id || '_year_before'") }}
            as double
        ) as value_year_before,
        if(
            thresholds.unit = 'amount', coalesce(named.currency, named.company_id), ''
        ) as peer_group
    from named
    cross join {{ ref('stg_reference__risk_thresholds') }} as thresholds
),

-- Among the other companies; amounts only among those of the same currency.
ranked as (
    select
        *,
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
                then cast(lower_count + 0.5 * equal_count as double) / other_count
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
