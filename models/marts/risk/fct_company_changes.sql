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
        releases.flag_ids as previous_flag_ids,
        list(flags.flag_id order by flags.finding_rank) as flag_ids,
        list(
            if(
                list_contains(releases.flag_ids, flags.flag_id),
                null, flags.flag_name
            )
            order by flags.finding_rank
        ) as finding_names
    from verdicts
    left join flags
        on verdicts.company_id = flags.company_id
    left join releases
        on verdicts.company_id = releases.company_id
    group by all
),

counted as (
    select
        *,
        list_filter(finding_names, lambda one: one is not null) as new_finding_names,
        case when previous_built_at is not null then list_count(finding_names) end
            as new_finding_count,
        len(list_filter(
            previous_flag_ids, lambda one: not list_contains(flag_ids, one)
        )) as settled_finding_count
    from compared
),

final as (
    select
        company_id,
        company_name,
        previous_built_at,
        previous_verdict,
        coalesce(verdict <> previous_verdict, false) as has_new_verdict,
        new_finding_count,
        settled_finding_count,
        nullif(array_to_string(
            if(previous_built_at is not null, new_finding_names, []), ', '
        ), '') as new_finding_names,
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
