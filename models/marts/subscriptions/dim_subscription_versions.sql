{%- set attributes = [
    'customer_id', 'plan', 'price', 'status', 'started_at', 'canceled_at',
] -%}
with

validated as (
    select * from {{ ref('base_shop__subscriptions_validated') }}
    where is_usable
),

-- What the last export said of a change; a row that is stated again was known before.
stated as (
    select
        *,
        min(coalesce(exported_at, updated_at)) over (
            partition by
                company_id, subscription_id, updated_at, {{ attributes | join(', ') }}
        ) as known_from
    from validated
    qualify row_number() over (
        partition by company_id, subscription_id, updated_at
        order by
            exported_at desc, landed_at desc nulls last, source_file desc,
            source_line desc
    ) = 1
),

compared as (
    select
        *,
        {% for attribute in attributes %}
            lag({{ attribute }}) over versions
                as earlier_{{ attribute }},
        {% endfor %}
        lag(updated_at) over versions is null as is_first
    from stated
    window versions as (
        partition by company_id, subscription_id order by updated_at
    )
),

-- What says the same again is no version.
numbered as (
    select
        *,
        cast(row_number() over versions as bigint) as version_number,
        lead(updated_at) over versions as next_updated_at
    from compared
    where
        is_first
        {% for attribute in attributes %}
            or {{ attribute }} is distinct from earlier_{{ attribute }}
        {% endfor %}
    window versions as (
        partition by company_id, subscription_id order by updated_at
    )
),

final as (
    select
        company_id,
        subscription_id,
        version_number,
        customer_id,
        plan,
        price,
        status,
        started_at,
        canceled_at,
        -- Before the first change that we know of it was the same, for all we know.
        if(version_number = 1, least(started_at, updated_at), updated_at) as valid_from,
        next_updated_at as valid_to,
        known_from,
        next_updated_at is null as is_current,
        source_file
    from numbered
)

select * from final
