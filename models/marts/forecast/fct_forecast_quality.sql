{%- set baselines = [
    'naive_seasonal_7', 'naive_seasonal_364', 'naive_recent_bootstrap', 'prophet_default',
] %}
{%- set means = {
    'coverage_50_share': 'avg(cast(windows.is_inside_50 as integer))',
    'coverage_80_share': 'avg(cast(windows.is_inside_80 as integer))',
    'coverage_90_share': 'avg(cast(windows.is_inside_90 as integer))',
    'below_p05_share': 'avg(cast(windows.is_below_p05 as integer))',
    'mean_crps_share': 'avg(windows.crps_share)',
    'brier': 'avg(windows.brier)',
    'daily_pinball_share': 'avg(windows.daily_pinball_share)',
    'daily_coverage_90_share': 'avg(windows.daily_inside_90_share)',
    'step_coverage_90_share': 'avg(windows.step_inside_90_share)',
    'interval_score_80_share': 'avg(windows.interval_score_80_share)',
    'width_80_share': 'avg(windows.width_80_share)',
    'width_over_error': 'avg(windows.width_80_share) / nullif(2 * avg(windows.error_share), 0)',
    'oracle_width_80_share': 'avg(windows.width_80_share) * ' ~ element(quantiles('windows.needed_width_80', [0.8]), 1),
    'median_pit': 'median(windows.pit)',
} %}
with

windows as (
    select
        {% for baseline in baselines %}
            max(crps) filter (where model_name = '{{ baseline }}') over (
                partition by company_id, cutoff_date, horizon_days
            ) as {{ baseline }}_crps,
        {% endfor %}
        *
    from {{ ref('fct_forecast_backtests') }}
),

-- A company counts for itself and, without a name, for all.
scopes as (
    select distinct
        company_id,
        {{ each_of(['company_id', "''"]) }} as scope_id
    from windows
),

-- Amounts of companies may be in different currencies: they are only added within one.
company_scores as (
    select
        company_id,
        horizon_days,
        model_name,
        least(
            ({{ days_between('min(cutoff_date)', 'max(cutoff_date)') }} + horizon_days)
            / horizon_days,
            count(*)
        ) as effective_window_count,
        {% for baseline in baselines %}
            sum(crps) filter (where {{ baseline }}_crps is not null)
            / nullif(sum({{ baseline }}_crps), 0) as {{ baseline }}_ratio,
        {% endfor %}
        cast(sum(abs(p50_amount - actual_total_amount)) as double)
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
        {% for name, mean in means.items() %}
            {{ mean }} as {{ name }},
        {% endfor %}
        count(*) as window_count
    from windows
    inner join scopes
        on windows.company_id = scopes.company_id
    group by all
),

final as (
    select
        if(window_means.scope_id = '', 'all', 'company') as scope,
        nullif(window_means.scope_id, '') as company_id,
        window_means.horizon_days,
        window_means.model_name,
        company_means.company_count,
        window_means.window_count,
        company_means.effective_window_count,
        {% for name in means %}
            window_means.{{ name }},
        {% endfor %}
        {% for baseline in baselines %}
            {{ rounded('company_means.%s_skill' % baseline, 6) }}
                as crps_skill_over_{{ baseline }},
        {% endfor %}
        company_means.wape_share
    from window_means
    inner join company_means
        on
            window_means.scope_id = company_means.scope_id
            and window_means.horizon_days = company_means.horizon_days
            and window_means.model_name = company_means.model_name
)

select * from final
