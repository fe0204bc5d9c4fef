with

path_rows as (
    {{ forecast_rows('paths') }}
),

runs as (
    select * from {{ ref('stg_forecasting__runs') }}
),

current_paths as (
    select
        path_rows.company_id,
        path_rows.run_id,
        path_rows.path_number,
        path_rows.forecast_date,
        cast(path_rows.net_revenue_amount as decimal(18, 2)) as net_revenue_amount
    from path_rows
    inner join runs
        on
            path_rows.company_id = runs.company_id
            and path_rows.run_id = runs.run_id
    where runs.is_current
)

select * from current_paths
