with

companies as (
    select * from {{ ref('dim_companies') }}
),

flags as (
    select * from {{ ref('fct_company_flags') }}
),

measures as (
    select * from {{ ref('fct_company_measures') }}
),

counts as (
    select
        {% for name, condition in [
            ('red_concern', "severity = 'red' and kind = 'concern'"),
            ('amber_concern', "severity = 'amber' and kind = 'concern'"),
            ('strength', "kind = 'strength'"),
            ('data_finding', "kind = 'data'"),
        ] %}
            count(*) filter (where {{ condition }}) as {{ name }}_count,
        {% endfor %}
        {% for name, condition in [
            ('first', "kind <> 'strength'"),
            ('red_data', "severity = 'red' and kind = 'data'"),
        ] %}
            min_by(sentence, finding_rank) filter (where {{ condition }})
                as {{ name }}_finding,
        {% endfor %}
        company_id
    from flags
    group by all
),

unknown as (
    select
        company_id,
        count(*) as not_judged_count
    from measures
    where status = 'grey'
    group by all
),

judged as (
    select
        companies.company_id,
        companies.company_name,
        companies.currency,
        companies.as_of_date,
        coalesce(counts.red_concern_count, 0) as red_concern_count,
        coalesce(counts.amber_concern_count, 0) as amber_concern_count,
        coalesce(counts.data_finding_count, 0) as data_finding_count,
        coalesce(counts.strength_count, 0) as strength_count,
        coalesce(unknown.not_judged_count, 0) as not_judged_count,
        counts.first_finding,
        counts.red_data_finding,
        -- Evidence for a person, never a decision: even red is a question to ask.
        case
            when companies.as_of_date is null then 'no orders'
            when counts.red_data_finding is not null then 'ask for data'
            when coalesce(counts.red_concern_count, 0) > 0 then 'refer'
            when coalesce(counts.amber_concern_count, 0) > 2 then 'lend with limits'
            else 'no obstacle found'
        end as verdict
    from companies
    left join counts
        on companies.company_id = counts.company_id
    left join unknown
        on companies.company_id = unknown.company_id
),

final as (
    select
        company_id,
        company_name,
        currency,
        as_of_date,
        red_concern_count,
        amber_concern_count,
        data_finding_count,
        strength_count,
        not_judged_count,
        case
            when red_concern_count > 0 or red_data_finding is not null then 'red'
            when amber_concern_count + data_finding_count > 0 then 'amber'
            else 'green'
        end as worst_severity,
        verdict,
        case verdict
            when 'no orders' then 'No orders: nothing can be judged'
            when 'ask for data'
                then 'Ask for better data first: ' || red_data_finding
            when 'refer'
                then {{ printed(
                    "'Refer to a person: %d red and %d amber concerns; first: '",
                    ['red_concern_count', 'amber_concern_count']
                ) }} || first_finding
            when 'lend with limits'
                then {{ printed(
                    "'Lend within limits: %d amber concerns; first: '",
                    ['amber_concern_count']
                ) }} || first_finding
            else
                'No obstacle found in the order history'
                || coalesce('; to note: ' || first_finding, '')
        end as verdict_sentence,
        cast(case verdict
            when 'ask for data' then 1
            when 'refer' then 2
            when 'lend with limits' then 3
            when 'no orders' then 4
            else 5
        end as bigint) as watch_rank
    from judged
)

select * from final
