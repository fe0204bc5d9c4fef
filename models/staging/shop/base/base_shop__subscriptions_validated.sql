{%- set judged_columns = [
    'company_id', 'subscription_id', 'customer_id', 'price', 'started_at', 'canceled_at',
    'updated_at',
] -%}
with

raw_subscriptions as (
    {{ landed('subscriptions') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

typed as (
    select
        raw_subscriptions.*,
        nullif(trim(raw_subscriptions.subscription_id), '') as subscription_key,
        nullif(trim(raw_subscriptions.customer_id), '') as customer_key,
        companies.time_zone,
        {{ amount('raw_subscriptions.price') }} as period_price,
        {{ instant('raw_subscriptions.started_at', 'companies.time_zone') }}
            as begun_at,
        {{ instant('raw_subscriptions.canceled_at', 'companies.time_zone') }}
            as ended_at,
        {{ instant('raw_subscriptions.updated_at', 'companies.time_zone') }}
            as changed_at
    from raw_subscriptions
    left join companies
        on raw_subscriptions.company_id = companies.company_id
),

judged as (
    select
        *,
        case when time_zone is null then 'unknown_company' end as company_id_fault,
        case when subscription_key is null then 'missing_value' end
            as subscription_id_fault,
        case when customer_key is null then 'missing_value' end as customer_id_fault,
        {{ amount_fault('price', 'period_price') }} as price_fault,
        {{ instant_fault('started_at', 'begun_at', is_past=false) }}
            as started_at_fault,
        case
            when ended_at < begun_at then 'timestamp_out_of_order'
            when trim(canceled_at) <> ''
                then {{ instant_fault('canceled_at', 'ended_at', is_past=false) }}
        end as canceled_at_fault,
        {{ instant_fault('updated_at', 'changed_at') }} as updated_at_fault
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
        subscription_key as subscription_id,
        customer_key as customer_id,
        nullif(trim(plan), '') as plan,
        period_price as price,
        {{ normalised_status('status') }} as status,
        begun_at as started_at,
        ended_at as canceled_at,
        changed_at as updated_at,
        source_file,
        source_line,
        is_usable,
        is_usable
        and row_number() over (
            partition by company_id, subscription_key, is_usable
            order by
                changed_at desc,
                landed_at desc nulls last,
                source_file desc,
                source_line desc
        ) > 1 as is_superseded,
        case when not is_usable then {{ rejections(judged_columns) }} end as rejections
    from sorted
)

select * from renamed
