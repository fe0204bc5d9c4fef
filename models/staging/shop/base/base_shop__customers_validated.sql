{%- set rules = column_rules('customers') -%}
with

raw_customers as (
    {{ landed('customers') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

typed as (
    select
        raw_customers.*,
        companies.company_id is not null as is_known_company,
        {{ typed_value('date', 'raw_customers.signup_date') }} as signed_up_date,
        {{ typed_value('date', 'raw_customers.birth_date') }} as born_date
    from raw_customers
    left join companies
        on raw_customers.company_id = companies.company_id
),

checked as (
    select
        *,
        case when not is_known_company then 'unknown_company' end as company_id_error,
        {{ column_error(rules, 'customer_id', 'customer_id') }} as customer_id_error,
        {{ column_error(rules, 'signup_date', 'signed_up_date') }} as signup_date_error,
        {{ column_error(rules, 'birth_date', 'born_date') }} as birth_date_error
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
        customer_id,
        signed_up_date as signup_date,
        name,
        lower(email) as email,
        city,
        state,
        country,
        born_date as birth_date,
        source_file,
        source_line,
        coalesce(exported_at, landed_at) as exported_at,
        landed_at,
        is_usable,
        {{ is_older_version('customer_id') }} as is_superseded,
        case when not is_usable then {{ rejections(rules) }} end as rejections
    from validated
)

select * from deduplicated
