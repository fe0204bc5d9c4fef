{%- set baselines = "('zero', 'last_period', 'own_mean', 'own_trend')" -%}
with

backtests as (
    select * from {{ ref('fct_customer_forecast_backtests') }}
),

models as (
    select
        company_id,
        window_days,
        model_name,
        count(*) as window_count,
        max(cutoff_date) as last_cutoff_date,
        sum(expected_total_amount) as expected_total,
        sum(actual_total_amount) as actual_total,
        avg(abs(total_bias_share)) as absolute_bias_share,
        avg(mean_absolute_error) as mean_absolute_error,
        avg(crps) as crps,
        avg(rank_correlation) as rank_correlation,
        avg(decile_error_share) as decile_error_share
    from backtests
    group by all
),

baselines as (
    select
        company_id,
        window_days,
        model_name,
        mean_absolute_error,
        crps
    from models
    where model_name in {{ baselines }}
    qualify row_number() over (
        partition by company_id, window_days
        order by mean_absolute_error, model_name
    ) = 1
),

compared as (
    select
        models.company_id,
        models.window_days,
        models.window_count,
        models.last_cutoff_date,
        cast(models.expected_total - models.actual_total as double)
        / nullif(models.actual_total, 0) as total_bias_share,
        models.absolute_bias_share,
        baselines.model_name as best_baseline_name,
        models.mean_absolute_error / nullif(baselines.mean_absolute_error, 0)
            as mean_absolute_error_ratio,
        models.crps / nullif(baselines.crps, 0) as crps_ratio,
        models.rank_correlation,
        models.decile_error_share
    from models
    inner join baselines
        on
            models.company_id = baselines.company_id
            and models.window_days = baselines.window_days
    where models.model_name = 'paidnet'
),

final as (
    select
        *,
        mean_absolute_error_ratio <= 1 and abs(total_bias_share) <= 0.1
            as is_within_goals
    from compared
)

select * from final
