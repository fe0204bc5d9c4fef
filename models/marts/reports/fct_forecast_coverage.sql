with

quality as (
    select * from {{ ref('fct_forecast_quality') }}
    where model_name = 'paidnet'
),

coverages as (
    {% for percent in [50, 80, 90] %}
        select
            scope,
            company_id,
            horizon_days,
            model_name,
            {{ percent / 100 }} as nominal_share,
            coverage_{{ percent }}_share as coverage_share,
            window_count,
            effective_window_count
        from quality
        {{ "union all" if not loop.last }}
    {% endfor %}
),

final as (
    select
        companies.company_id,
        companies.horizon_days,
        companies.model_name,
        cast(companies.nominal_share as double) as nominal_share,
        companies.coverage_share,
        pooled.coverage_share as pooled_coverage_share,
        companies.window_count,
        companies.effective_window_count
    from coverages as companies
    inner join coverages as pooled
        on
            companies.horizon_days = pooled.horizon_days
            and companies.model_name = pooled.model_name
            and companies.nominal_share = pooled.nominal_share
    where companies.scope = 'company' and pooled.scope = 'all'
)

select * from final
