with

-- Beside five others; amounts are in many currencies, the data's faults are their own.
measures as (
    select
        *,
        case
            when percentile is not null and unit <> 'amount' and topic <> 'data_quality'
                then median(measure_value) over (partition by measure_id)
        end as portfolio_median
    from {{ ref('fct_company_measures') }}
),

thresholds as (
    select * from {{ ref('stg_reference__risk_thresholds') }}
),

evidence as (
    select
        company_id,
        flag_id,
        count(*) as evidence_row_count
    from {{ ref('fct_company_flag_evidence') }}
    group by all
),

found as (
    select
        measures.*,
        thresholds.worse_when,
        if(measures.status = 'green', 'strength', thresholds.kind) as kind,
        case measures.status
            when 'red' then thresholds.red
            when 'amber' then thresholds.amber
            else thresholds.green
        end as threshold,
        if(
            measures.status = 'green',
            thresholds.strength_sentence, thresholds.concern_sentence
        ) as wording
    from measures
    inner join thresholds
        on measures.measure_id = thresholds.measure_id
    where measures.status in ('red', 'amber', 'green')
),

labelled as (
    select
        *,
        coalesce(value_year_before, portfolio_median) as benchmark,
        case
            when unit = 'amount' then null
            when year_before_label is not null
                then year_before_label || ' a year before'
            when portfolio_median is not null
                then
                    'median of the portfolio: '
                    || {{ measure_label('portfolio_median', 'unit', 'currency') }}
        end as benchmark_label,
        status || ' '
        || if((worse_when = 'above') = (status <> 'green'), 'above ', 'below ')
        || {{ measure_label('threshold', 'unit', 'currency') }} as threshold_label,
        case when status = 'red' then 1 when status = 'amber' then 2 else 3 end
            as severity_rank,
        case when kind = 'data' then 2 else 1 end as kind_rank
    from found
),

-- Of each topic the first, so that five facts of one decline do not hide others.
ordered as (
    select
        *,
        row_number() over (
            partition by company_id, severity_rank, topic
            order by kind_rank, measure_number
        ) as place_in_topic
    from labelled
),

final as (
    select
        ordered.company_id,
        ordered.company_name,
        ordered.currency,
        ordered.as_of_date,
        ordered.measure_id as flag_id,
        ordered.topic,
        ordered.kind,
        ordered.status as severity,
        cast(
            row_number() over (
                partition by ordered.company_id
                order by
                    ordered.severity_rank, ordered.place_in_topic, ordered.kind_rank,
                    ordered.measure_number
            ) as bigint
        ) as finding_rank,
        ordered.measure_name as flag_name,
        replace(
            replace(ordered.wording, '{value}', ordered.value_label),
            '{size}', trim(leading '+-' from ordered.value_label)
        )
        || coalesce(' (' || ordered.benchmark_label || ')', '') as sentence,
        ordered.measure_value,
        ordered.value_label,
        ordered.unit,
        ordered.benchmark,
        ordered.benchmark_label,
        cast(ordered.threshold as double) as threshold,
        ordered.threshold_label,
        ordered.percentile,
        ordered.evidence_table,
        coalesce(evidence.evidence_row_count, 0) as evidence_row_count
    from ordered
    left join evidence
        on
            ordered.company_id = evidence.company_id
            and ordered.measure_id = evidence.flag_id
)

select * from final
