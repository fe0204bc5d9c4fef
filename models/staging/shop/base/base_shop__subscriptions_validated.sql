{%- set rules = column_rules('subscriptions') -%}
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
        {{ clock('raw_subscriptions.started_at') }} as begun_clock,
        {{ clock('raw_subscriptions.canceled_at') }} as ended_clock,
        {{ clock('raw_subscriptions.updated_at') }} as changed_clock,
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

checked as (
    select
        *,
        case when time_zone is null then 'unknown_company' end as company_id_error,
        {{ column_error(rules, 'subscription_id', 'subscription_key') }}
            as subscription_id_error,
        {{ column_error(rules, 'customer_id', 'customer_key') }} as customer_id_error,
        {{ column_error(rules, 'price', 'period_price') }} as price_error,
        case
            when time_zone is not null
                then {{ column_error(rules, 'started_at', 'begun_clock') }}
        end as started_at_error,
        case
            when time_zone is null then null
            when
                {{ is_valid_value(rules.get('canceled_at', {}), 'ended_clock') }}
                and ended_at < begun_at then 'timestamp_out_of_order'
            else {{ column_error(rules, 'canceled_at', 'ended_clock') }}
        end as canceled_at_error,
        case
            when time_zone is not null
                then {{ column_error(rules, 'updated_at', 'changed_clock') }}
        end as updated_at_error
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
        case when not is_usable then {{ rejections(rules) }} end as rejections
    from validated
)

select * from deduplicated
