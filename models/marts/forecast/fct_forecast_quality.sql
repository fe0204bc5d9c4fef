{%- set baselines = [
    'naive_seasonal_7', 'naive_seasonal_364', 'naive_recent_bootstrap', 'prophet_default',
] %}
with

backtests as (
    select * from {{ ref('fct_forecast_backtests') }}
),

-- A company counts for itself and, as null, for all.
scopes as (
    select distinct
        company_id,
        unnest([company_id, null]) as scope_id
    from backtests
),

windows as (
    select
        {% for baseline in baselines %}
            max(crps) filter (where model_name = '{{ baseline }}') over (
                partition by company_id, cutoff_date, horizon_days
            ) as {{ baseline }}_crps,
        {% endfor %}
        *
    from backtests
),

-- Amounts of companies may be in different currencies: they are only added within one.
company_scores as (
    select
        company_id,
        horizon_days,
        model_name,
        least(
            (max(cutoff_date) - min(cutoff_date) + horizon_days) / horizon_days,
            count(*)
        ) as effective_window_count,
        {% for baseline in baselines %}
            sum(crps) filter (where {{ baseline }}_crps is not null)
            / nullif(sum({{ baseline }}_crps), 0) as {{ baseline }}_ratio,
        {% endfor %}
        sum(abs(p50_amount - actual_total_amount))
        / nullif(greatest(sum(actual_total_amount), 0), 0) as wape_share
    from windows
    group by company_id, horizon_days, model_name
),

company_means as (
    select
        scopes.scope_id,
        company_scores.horizon_days,
        company_scores.model_name,
        count(*) as company_count,
        sum(company_scores.effective_window_count) as effective_window_count,
        {% for baseline in baselines %}
            -- One zero would make the whole geometric mean zero.
            1 - exp(avg(ln(nullif(company_scores.{{ baseline }}_ratio, 0))))
                as {{ baseline }}_skill,
        {% endfor %}
        avg(company_scores.wape_share) as wape_share
    from company_scores
    inner join scopes
        on company_scores.company_id = scopes.company_id
    group by all
),

window_means as (
    select
        scopes.scope_id,
        windows.horizon_days,
        windows.model_name,
        count(*) as window_count,
        avg(cast(windows.is_inside_50 as integer)) as coverage_50_share,
        avg(cast(windows.is_inside_80 as integer)) as coverage_80_share,
        avg(cast(windows.is_inside_90 as integer)) as coverage_90_share,
        avg(cast(windows.is_below_p05 as integer)) as below_p05_share,
        avg(windows.crps_share) as mean_crps_share,
        avg(windows.brier) as brier,
        avg(windows.daily_pinball_share) as daily_pinball_share,
        avg(windows.daily_inside_90_share) as daily_coverage_90_share,
        median(windows.pit) as median_pit
    from windows
    inner join scopes
        on windows.company_id = scopes.company_id
    group by all
),

final as (
    select
        if(window_means.scope_id is null, 'all', 'company') as scope,
        window_means.scope_id as company_id,
        window_means.horizon_days,
        window_means.model_name,
        company_means.company_count,
        window_means.window_count,
        company_means.effective_window_count,
        window_means.coverage_50_share,
        window_means.coverage_80_share,
        window_means.coverage_90_share,
        window_means.below_p05_share,
        window_means.mean_crps_share,
        company_means.wape_share,
        window_means.brier,
        window_means.daily_pinball_share,
        window_means.daily_coverage_90_share,
        {% for baseline in baselines %}
            round(company_means.{{ baseline }}_skill, 6)
                as crps_skill_over_{{ baseline }},
        {% endfor %}
        window_means.median_pit
    from window_means
    inner join company_means
        on
            window_means.scope_id is not distinct from company_means.scope_id
            and window_means.horizon_days = company_means.horizon_days
            and window_means.model_name = company_means.model_name
)

select * from final
