with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

kept as (
    select * from {{ ref('int_kept_forecasts') }}
),

amounts as (
    select * from {{ ref('stg_forecasting__components') }}
),

labels as (
    select
        named.component_id,
        named.component_rank,
        named.component_label,
        named.component_note
    from (
        values
        ('level', 1, 'Recent weeks', 'as many days like the last eight weeks'),
        ('trend', 2, 'Trend', 'what the models expect of that level'),
        ('season', 3, 'Season', 'the time of the year, and weekdays'),
        ('holidays', 4, 'Holidays and events', 'more or fewer of them than lately'),
        ('borrowed', 5, 'Borrowed season', 'as other companies have it'),
        ('closure', 6, 'Closure', 'until the shop opens again'),
        ('refunds_to_come', 7, 'Refunds to come', 'at the rate of late orders')
    ) as named (component_id, component_rank, component_label, component_note)
),

-- The forecast that stood before more days were known.
previous as (
    select
        runs.company_id,
        kept.run_id,
        kept.trained_through_date
    from runs
    inner join kept
        on
            runs.company_id = kept.company_id
            and runs.trained_through_date > kept.trained_through_date
    qualify row_number() over (
        partition by runs.company_id
        order by kept.trained_through_date desc, kept.horizon_days asc
    ) = 1
),

final as (
    select
        amounts.company_id,
        amounts.run_id,
        amounts.horizon_days,
        amounts.component_id,
        labels.component_rank,
        labels.component_label,
        labels.component_note,
        amounts.net_revenue_amount,
        previous.trained_through_date as previous_trained_through_date,
        earlier.net_revenue_amount as previous_net_revenue_amount,
        cast(
            amounts.net_revenue_amount - earlier.net_revenue_amount as decimal(18, 2)
        ) as change_amount,
        runs.currency
    from amounts
    inner join runs
        on
            amounts.company_id = runs.company_id
            and amounts.run_id = runs.run_id
    inner join labels
        on amounts.component_id = labels.component_id
    left join previous
        on amounts.company_id = previous.company_id
    left join amounts as earlier
        on
            previous.company_id = earlier.company_id
            and previous.run_id = earlier.run_id
            and amounts.horizon_days = earlier.horizon_days
            and amounts.component_id = earlier.component_id
)

select * from final
