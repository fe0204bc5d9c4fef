with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

quality as (
    select
        *,
        cast(round(coverage_80_share * window_count) as bigint) as held_window_count,
        least(
            crps_skill_over_naive_seasonal_7,
            crps_skill_over_naive_seasonal_364,
            crps_skill_over_naive_recent_bootstrap
        ) as skill_over_best_naive
    from {{ ref('fct_forecast_quality') }}
    where scope = 'company' and model_name = 'paidnet'
),

live as (
    select * from {{ ref('fct_forecast_live_record') }}
),

-- Below five checks that do not overlap nobody knows; a good range may hold 7 in 10
-- times. What came makes it poor by the own record, at best fair by that of all.
rated as (
    select
        runs.company_id,
        runs.horizon_days,
        runs.grade,
        runs.history_day_count,
        quality.held_window_count,
        quality.coverage_80_share,
        quality.skill_over_best_naive,
        coalesce(quality.window_count, 0) as window_count,
        coalesce(quality.effective_window_count, 0) as effective_window_count,
        live.live_record,
        coalesce('; ' || live.live_sentence, '') as lived,
        case
            when runs.grade = 'failed' then 'none'
            when live.live_record = 'too narrow' then 'poor'
            when coalesce(quality.effective_window_count, 0) < 5 then 'not yet known'
            when
                quality.coverage_80_share < 0.6 or quality.skill_over_best_naive < -0.1
                then 'poor'
            when
                quality.coverage_80_share < 0.7
                or quality.skill_over_best_naive < 0
                or live.pooled_live_record = 'too narrow'
                then 'fair'
            else 'good'
        end as trust
    from runs
    inner join live
        on runs.company_id = live.company_id
    left join quality
        on
            runs.company_id = quality.company_id
            and runs.horizon_days = quality.horizon_days
),

sentences as (
    select
        *,
        {{ printed(
            "'past 80 %% ranges of %d days held %d of %d times'",
            ['horizon_days', 'held_window_count', 'window_count']
        ) }} as held,
        if(coverage_80_share < 0.7, ': treat P10 as optimistic', '') as advice,
        case
            when skill_over_best_naive is null then ''
            when skill_over_best_naive < 0
                then
                    {{ printed(
                        "'; the best simple forecast had less error, ours %d %% more'",
                        ['cast(round(-100 * skill_over_best_naive) as bigint)']
                    ) }}
            else
                {{ printed(
                    "'; %d %% less error than the best simple forecast'",
                    ['cast(round(100 * skill_over_best_naive) as bigint)']
                ) }}
        end as compared
    from rated
),

final as (
    select
        company_id,
        horizon_days,
        grade,
        history_day_count,
        if(
            history_day_count >= 365,
            {{ printed("'%.1f years'", [rounded('history_day_count / 36525e-2', 1)]) }},
            {{ printed("'%d days'", ['history_day_count']) }}
        ) as history_label,
        window_count,
        effective_window_count,
        held_window_count,
        coverage_80_share,
        skill_over_best_naive,
        live_record,
        trust,
        case
            when trust = 'none' then 'there is no forecast'
            when effective_window_count < 5
                then
                    {{ printed(
                        "'only %.1f windows of %d days do not overlap: 5 are needed'",
                        ['floor(effective_window_count * 10) / 10e0', 'horizon_days']
                    ) }}
                    || lived
            else held || advice || compared || lived
        end as trust_sentence
    from sentences
)

select * from final
