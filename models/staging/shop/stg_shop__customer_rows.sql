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
        nullif(trim(raw_customers.customer_id), '') as customer_key,
        companies.company_id is not null as is_known_company,
        try_cast(raw_customers.signup_date as date) as signed_up_date,
        try_cast(raw_customers.birth_date as date) as born_date
    from raw_customers
    left join companies
        on raw_customers.company_id = companies.company_id
),

judged as (
    select
        *,
        {{ rejection("malformed_reason is not null", none, "malformed_text", "malformed_reason") }}
        || case
            when malformed_reason is not null then []
            else
                {{ rejection("not is_known_company", "company_id", reason="unknown_company") }}
                || {{ rejection("customer_key is null", "customer_id", reason="missing_value") }}
                || {{ rejection("signed_up_date is null and trim(signup_date) <> ''", "signup_date", reason="invalid_date") }}
                || {{ rejection("born_date is null and trim(birth_date) <> ''", "birth_date", reason="invalid_date") }}
        end as rejections
    from typed
),

renamed as (
    select
        company_id,
        customer_key as customer_id,
        signed_up_date as signup_date,
        name,
        lower(trim(email)) as email,
        city,
        state,
        country,
        born_date as birth_date,
        source_file,
        source_line,
        len(rejections) = 0 as is_usable,
        len(rejections) = 0
        and row_number() over (
            partition by company_id, customer_key, len(rejections) = 0
            order by landed_at desc, source_file desc, source_line desc
        ) > 1 as is_superseded,
        rejections
    from judged
)

select * from renamed
