with

sources as (
    select * from {{ ref('int_revenue_sources') }}
),

-- A single name is how the file is kept, not what the company depends on.
named as (
    select
        company_id,
        source_type,
        max(revenue_share) as largest_share,
        min_by(source_name, source_rank) as largest_name
    from sources
    group by all
    having count(*) > 1
),

final as (
    select
        {% for source in ['channel', 'country', 'product'] %}
            max(largest_share) filter (where source_type = '{{ source }}')
                as top_{{ source }}_share,
            max(largest_name) filter (where source_type = '{{ source }}')
                as top_{{ source }}_name,
        {% endfor %}
        company_id
    from named
    group by all
)

select * from final
