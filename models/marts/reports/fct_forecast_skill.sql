{%- set baselines = {
    'naive_seasonal_7': 'Same weekday last week',
    'naive_seasonal_364': 'Same day last year',
    'naive_recent_bootstrap': 'Recent weeks',
    'prophet_default': 'Default Prophet',
} -%}
with

quality as (
    select * from {{ ref('fct_forecast_quality') }}
    where model_name = 'paidnet'
),

skills as (
    {% for baseline, name in baselines.items() %}
        select
            scope,
            company_id,
            horizon_days,
            model_name,
            '{{ name }}' as baseline_name,
            crps_skill_over_{{ baseline }} as crps_skill
        from quality
        {{ "union all" if not loop.last }}
    {% endfor %}
),

final as (
    select
        companies.company_id,
        companies.horizon_days,
        companies.model_name,
        companies.baseline_name,
        companies.crps_skill,
        pooled.crps_skill as pooled_crps_skill
    from skills as companies
    inner join skills as pooled
        on
            companies.horizon_days = pooled.horizon_days
            and companies.model_name = pooled.model_name
            and companies.baseline_name = pooled.baseline_name
    where companies.scope = 'company' and pooled.scope = 'all'
)

select * from final
