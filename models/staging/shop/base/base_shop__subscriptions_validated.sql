{%- set rules = column_rules('subscriptions') -%}
with

raw_subscriptions as (
    {{ landed('subscriptions') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

clock_periods as (
    select * from {{ ref('base_shop__time_zone_offsets') }}
),

typed as (
    select
        raw_subscriptions.*,
        companies.company_id is not null as is_known_company,
        {{ amount('raw_subscriptions.price') }} as period_price,
        {{ clock('raw_subscriptions.started_at') }} as begun_clock,
        {{ clock('raw_subscriptions.canceled_at') }} as ended_clock,
        {{ clock('raw_subscriptions.updated_at') }} as changed_clock,
        {{ has_offset('raw_subscriptions.started_at') }} as begun_has_offset,
        {{ has_offset('raw_subscriptions.canceled_at') }} as ended_has_offset,
        {{ has_offset('raw_subscriptions.updated_at') }} as changed_has_offset
    from raw_subscriptions
    left join companies
        on raw_subscriptions.company_id = companies.company_id
),

clocked as (
    select
        typed.*,
        {{ utc_time('typed.begun_clock', 'typed.begun_has_offset', 'begun_periods') }}
            as begun_at,
        {{ utc_time('typed.ended_clock', 'typed.ended_has_offset', 'ended_periods') }}
            as ended_at,
        {{ utc_time(
            'typed.changed_clock', 'typed.changed_has_offset', 'changed_periods'
        ) }}
            as changed_at
    from typed
    left join clock_periods as begun_periods
        on {{ in_clock_period(
            'typed', 'typed.begun_clock', 'typed.begun_has_offset', 'begun_periods'
        ) }}
    left join clock_periods as ended_periods
        on {{ in_clock_period(
            'typed', 'typed.ended_clock', 'typed.ended_has_offset', 'ended_periods'
        ) }}
    left join clock_periods as changed_periods
        on {{ in_clock_period(
            'typed', 'typed.changed_clock', 'typed.changed_has_offset', 'changed_periods'
        ) }}
),

checked as (
    select
        *,
        case when not is_known_company then 'unknown_company' end as company_id_error,
        {{ column_error(rules, 'subscription_id', 'subscription_id') }}
            as subscription_id_error,
        {{ column_error(rules, 'customer_id', 'customer_id') }} as customer_id_error,
        {{ column_error(rules, 'price', 'period_price') }} as price_error,
        case
            when is_known_company
                then {{ column_error(rules, 'started_at', 'begun_clock') }}
        end as started_at_error,
        case
            when not is_known_company then null
            when
                {{ is_valid_value(rules.get('canceled_at', {}), 'ended_clock') }}
                and ended_at < begun_at then 'timestamp_out_of_order'
            else {{ column_error(rules, 'canceled_at', 'ended_clock') }}
        end as canceled_at_error,
        case
            when is_known_company
                then {{ column_error(rules, 'updated_at', 'changed_clock') }}
        end as updated_at_error
    from clocked
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
        subscription_id,
        customer_id,
        plan,
        period_price as price,
        {{ normalised_status('status') }} as status,
        begun_at as started_at,
        ended_at as canceled_at,
        changed_at as updated_at,
        source_file,
        source_line,
        coalesce(exported_at, landed_at) as exported_at,
        landed_at,
        is_usable,
        is_usable
        and row_number() over (
            partition by company_id, subscription_id, is_usable
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
