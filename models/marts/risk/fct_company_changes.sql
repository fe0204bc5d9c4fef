with

verdicts as (
    select * from {{ ref('fct_company_verdicts') }}
),

flags as (
    select * from {{ ref('fct_company_flags') }}
    where kind <> 'strength'
),

releases as (
    select * from {{ ref('stg_release__companies') }}
),

compared as (
    select
        verdicts.company_id,
        verdicts.company_name,
        verdicts.verdict,
        releases.released_at as previous_built_at,
        releases.verdict as previous_verdict,
        flags.flag_name,
        flags.finding_rank,
        contains(',' || releases.flag_ids || ',', ',' || flags.flag_id || ',')
            as was_found,
        if(
            releases.flag_ids = '',
            0,
            length(releases.flag_ids) - length(replace(releases.flag_ids, ',', '')) + 1
        ) as previous_finding_count
    from verdicts
    left join flags
        on verdicts.company_id = flags.company_id
    left join releases
        on verdicts.company_id = releases.company_id
),

counted as (
    select
        company_id,
        company_name,
        verdict,
        previous_built_at,
        previous_verdict,
        {{ joined_text('flag_name', ', ', 'finding_rank') }}
        filter (where not was_found) as new_finding_names,
        count(*) filter (where not was_found) as new_finding_count,
        previous_finding_count - count(*) filter (where was_found)
            as settled_finding_count
    from compared
    group by
        company_id, company_name, verdict, previous_built_at, previous_verdict,
        previous_finding_count
),

final as (
    select
        company_id,
        company_name,
        previous_built_at,
        previous_verdict,
        coalesce(verdict <> previous_verdict, false) as has_new_verdict,
        case when previous_built_at is not null then new_finding_count end
            as new_finding_count,
        settled_finding_count,
        new_finding_names,
        case
            when previous_built_at is not null
                then
                    coalesce(
                        nullif(concat_ws(
                            '; ',
                            if(
                                verdict <> previous_verdict,
                                'was ' || previous_verdict, null
                            ),
                            if(
                                new_finding_count > 0, new_finding_count || ' new', null
                            ),
                            if(
                                settled_finding_count > 0,
                                settled_finding_count || ' settled', null
                            )
                        ), ''),
                        'no change'
                    )
        end as change_label
    from counted
)

select * from final
