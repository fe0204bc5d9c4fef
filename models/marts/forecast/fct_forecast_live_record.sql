{%- set telling -%}
    live_record = 'too narrow' desc, live_record = 'too wide' desc, horizon_days desc
{%- endset -%}
with

runs as (
    select * from {{ ref('fct_forecast_runs') }}
    where is_current
),

-- The longest horizon says most, unless another has been found out.
companies as (
    select
        *,
        window_number as window_count
    from {{ ref('fct_forecast_live_coverage') }}
    where is_latest
    qualify row_number() over (partition by company_id order by {{ telling }}) = 1
),

pool as (
    select *
    from {{ ref('fct_forecast_live_rounds') }}
    where is_latest
    qualify row_number() over (order by {{ telling }}) = 1
),

joined as (
    select
        runs.company_id,
        companies.horizon_days,
        companies.window_count,
        companies.held_window_count,
        coalesce(companies.live_record, 'none due') as live_record,
        pool.horizon_days as pooled_horizon_days,
        pool.cumulative_company_count as pooled_window_count,
        pool.cumulative_held_company_count as pooled_held_window_count,
        coalesce(pool.live_record, 'none due') as pooled_live_record,
        {{ printed(
            "'of %d forecast%s of %d days that came due, %d held'",
            [
                'companies.window_count',
                "if(companies.window_count = 1, '', 's')",
                'companies.horizon_days',
                'companies.held_window_count',
            ]
        ) }}
        || case companies.live_record
            when 'too narrow'
                then ': live ranges are too narrow, treat P10 as optimistic'
            when 'too wide' then ': live ranges are wider than they need be'
            else ''
        end as own_sentence,
        case
            when pool.live_record in ('too narrow', 'too wide')
                then
                    {{ printed(
                        "'of %d of %d days of all companies, %d held: their ranges are %s'",
                        [
                            'pool.cumulative_company_count',
                            'pool.horizon_days',
                            'pool.cumulative_held_company_count',
                            'pool.live_record',
                        ]
                    ) }}
        end as pooled_sentence
    from runs
    left join companies
        on runs.company_id = companies.company_id
    left join pool
        on true
),

final as (
    select
        company_id,
        horizon_days,
        window_count,
        held_window_count,
        live_record,
        pooled_horizon_days,
        pooled_window_count,
        pooled_held_window_count,
        pooled_live_record,
        nullif(concat_ws('; ', own_sentence, pooled_sentence), '') as live_sentence
    from joined
)

select * from final
