with

raw_rows as (
    select
        'orders' as entity,
        company_id,
        source_file,
        landed_at
    from {{ ref('base_shop__orders_raw') }}
    {% for entity in entities() if entity != 'orders' %}
        union all
        select
            '{{ entity }}' as entity,
            company_id,
            source_file,
            landed_at
        from ({{ landed(entity) }}) as landed_{{ entity }}
    {% endfor %}
),

counted as (
    select
        company_id,
        entity,
        source_file,
        min(landed_at) as landed_at,
        count(*) as raw_row_count
    from raw_rows
    group by all
)

select * from counted
