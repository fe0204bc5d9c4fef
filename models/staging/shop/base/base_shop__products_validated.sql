{%- set judged_columns = ['company_id', 'sku', 'unit_cost'] -%}
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
        nullif(trim(raw_products.sku), '') as sku_key,
        companies.company_id is not null as is_known_company,
        {{ amount('raw_products.unit_cost') }} as cost_amount
    from raw_products
    left join companies
        on raw_products.company_id = companies.company_id
),

judged as (
    select
        *,
        case when not is_known_company then 'unknown_company' end as company_id_fault,
        case when sku_key is null then 'missing_value' end as sku_fault,
        {{ amount_fault('unit_cost', 'cost_amount', is_required=false) }}
            as unit_cost_fault
    from typed
),

sorted as (
    select
        *,
        {{ has_no_fault(judged_columns) }} as is_usable
    from judged
),

renamed as (
    select
        company_id,
        sku_key as sku,
        nullif(trim(product_name), '') as product_name,
        nullif(trim(category), '') as category,
        cost_amount as unit_cost,
        source_file,
        source_line,
        is_usable,
        {{ is_older_version('sku_key') }} as is_superseded,
        case when not is_usable then {{ rejections(judged_columns) }} end as rejections
    from sorted
)

select * from renamed
