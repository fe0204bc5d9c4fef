with

covenants as (
    select * from {{ ref('stg_reference__covenants') }}
),

measures as (
    select * from {{ ref('fct_company_measures') }}
),

days as (
    select * from {{ ref('fct_expected_revenue') }}
),

-- A line of the company's own counts before the line for all.
agreed as (
    select
        measures.company_id,
        measures.company_name,
        measures.currency,
        measures.as_of_date,
        measures.measure_id,
        measures.measure_name,
        measures.unit,
        measures.measure_value,
        measures.value_label,
        covenants.breach_when,
        covenants.amber,
        covenants.red
    from measures
    inner join covenants
        on
            measures.measure_id = covenants.measure_id
            and covenants.company_id in (measures.company_id, '*')
    qualify
        row_number() over (
            partition by measures.company_id, measures.measure_id
            order by covenants.company_id = '*'
        ) = 1
),

breaches as (
    select
        agreed.company_id,
        agreed.measure_id,
        {{ days_between('any_value(agreed.as_of_date)', 'min(days.revenue_date)') }}
            as days_to_breach
    from agreed
    inner join days
        on
            agreed.company_id = days.company_id
            and agreed.as_of_date < days.revenue_date
            and agreed.red > days.trailing_90_day_net_revenue_amount
    where agreed.measure_id = 'trailing_90_day_net_revenue_amount'
    group by all
),

judged as (
    select
        agreed.*,
        case
            when agreed.measure_value is null then 'grey'
            else coalesce(
                {{ threshold_status(
                    'agreed.measure_value', 'agreed.', 'agreed.breach_when', false
                ) }},
                'green'
            )
        end as status
    from agreed
),

final as (
    select
        judged.company_id,
        judged.company_name,
        judged.currency,
        judged.measure_id as covenant_id,
        judged.measure_name as covenant_name,
        judged.measure_value,
        judged.value_label,
        judged.red as limit_value,
        if(judged.breach_when = 'above', 'at most ', 'at least ')
        || {{ measure_label('judged.red', 'judged.unit', 'judged.currency') }}
            as limit_label,
        judged.status,
        case
            when judged.status = 'red' then 0
            when judged.measure_id = 'data_age_days'
                then cast(round(judged.red - judged.measure_value) as bigint)
            else breaches.days_to_breach
        end as days_to_breach
    from judged
    left join breaches
        on
            judged.company_id = breaches.company_id
            and judged.measure_id = breaches.measure_id
)

select * from final
