{%- set attributes = [
    'signup_date', 'name', 'email', 'city', 'state', 'country', 'birth_date',
] -%}
with

validated as (
    select
        *,
        coalesce(exported_at, cast(signup_date as timestamp)) as stated_at
    from {{ ref('base_shop__customers_validated') }}
    where is_usable
),

-- Of an upload that has a customer twice the later row counts.
stated as (
    select *
    from validated
    qualify row_number() over (
        partition by company_id, customer_id, stated_at
        order by landed_at desc nulls last, source_file desc, source_line desc
    ) = 1
),

compared as (
    select
        *,
        {% for attribute in attributes %}
            lag({{ attribute }}) over versions
                as earlier_{{ attribute }},
        {% endfor %}
        lag(stated_at) over versions is null as is_first
    from stated
    window versions as (
        partition by company_id, customer_id order by stated_at
    )
),

-- What says the same again is no version.
numbered as (
    select
        *,
        cast(row_number() over versions as bigint) as version_number,
        lead(stated_at) over versions as next_known_from
    from compared
    where
        is_first
        {% for attribute in attributes %}
            or {{ attribute }} is distinct from earlier_{{ attribute }}
        {% endfor %}
    window versions as (
        partition by company_id, customer_id order by stated_at
    )
),

final as (
    select
        company_id,
        customer_id,
        version_number,
        {{ attributes | join(',\n        ') }},
        -- The source does not say when a customer changed: at the latest when it was
        -- stated.
        if(
            version_number = 1,
            least(cast(signup_date as timestamp), stated_at),
            stated_at
        ) as valid_from,
        next_known_from as valid_to,
        stated_at as known_from,
        next_known_from as known_to,
        next_known_from is null as is_current,
        source_file
    from numbered
)

select * from final
