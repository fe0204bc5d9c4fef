{%- set rules = column_rules('products') -%}
with

raw_products as (
    {{ landed('products') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

typed as (
    select
        raw_products.*,
        companies.company_id is not null as is_known_company,
        {{ amount('raw_products.unit_cost') }} as cost_amount,
        {{ whole_number('raw_products.lead_time_days') }} as lead_time_day_count
    from raw_products
    left join companies
        on raw_products.company_id = companies.company_id
),

checked as (
    select
        *,
        case when not is_known_company then 'unknown_company' end as company_id_error,
        {{ column_error(rules, 'sku', 'sku') }} as sku_error,
        {{ column_error(rules, 'unit_cost', 'cost_amount') }} as unit_cost_error,
        {{ column_error(rules, 'lead_time_days', 'lead_time_day_count') }}
            as lead_time_days_error
    from typed
),

validated as (
    select
        *,
        {{ has_no_error(rules) }} as is_usable
    from checked
),

deduplicated as (
    select
        company_id,
        sku,
        product_name,
        category,
        cost_amount as unit_cost,
        lead_time_day_count,
        source_file,
        source_line,
        is_usable,
        {{ is_older_version('sku') }} as is_superseded,
        case when not is_usable then {{ rejections(rules) }} end as rejections
    from validated
)

select * from deduplicated
