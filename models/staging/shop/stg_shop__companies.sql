with

landed_settings as (
    {{ landed('companies') }}
),

in_git as (
    {% for company in companies_in_git() %}
        select
            '{{ company.company_id }}' as company_id,
            '{{ company.company_name | default(company.company_id) | replace("'", "''") }}'
                as company_name,
            '{{ company.time_zone | default("UTC") }}' as time_zone,
            '{{ company.currency | default("") }}' as currency,
            '{{ company.country | default("") }}' as country,
            '{{ company.repeat_policy | default("latest") }}' as repeat_policy,
            '{{ company.convert_currencies | default("") }}' as convert_currencies,
            '{{ company.revenue_includes_tax | default("") }}' as revenue_includes_tax,
            '{{ company.revenue_includes_shipping | default("") }}'
                as revenue_includes_shipping,
            '{{ company.lead_time_days | default("") }}' as lead_time_days,
            cast(null as string) as mapping,
            true as is_in_git
        {{ "union all" if not loop.last }}
    {% else %}
        select
            null as company_id,
            null as company_name,
            null as time_zone,
            null as currency,
            null as country,
            null as repeat_policy,
            null as convert_currencies,
            null as revenue_includes_tax,
            null as revenue_includes_shipping,
            null as lead_time_days,
            null as mapping,
            true as is_in_git
        where false
    {% endfor %}
),

-- The newest settings count: ingestion writes a new row when an operator changes them.
newest_landed as (
    select
        company_id,
        company_name,
        time_zone,
        currency,
        country,
        repeat_policy,
        convert_currencies,
        revenue_includes_tax,
        revenue_includes_shipping,
        lead_time_days,
        mapping,
        false as is_in_git
    from landed_settings
    qualify
        row_number() over (
            partition by company_id
            order by landed_at desc, source_line desc
        ) = 1
),

with_defaults as (
    select
        company_id,
        coalesce(nullif(company_name, ''), company_id) as company_name,
        coalesce(nullif(time_zone, ''), 'UTC') as time_zone,
        nullif(upper(currency), '') as currency,
        nullif(upper(country), '') as country,
        coalesce(nullif(repeat_policy, ''), 'latest') as repeat_policy,
        -- Like all that is landed they are text.
        coalesce(lower(convert_currencies), '') = 'true' as convert_currencies,
        coalesce(lower(revenue_includes_tax), '') <> 'false' as revenue_includes_tax,
        coalesce(lower(revenue_includes_shipping), '') <> 'false'
            as revenue_includes_shipping,
        try_cast(lead_time_days as bigint) as lead_time_day_count,
        mapping,
        is_in_git
    from (
        select * from in_git
        union all
        select * from newest_landed
        anti join in_git
            on newest_landed.company_id = in_git.company_id
    )
)

select * from with_defaults
