-- Nothing is lost: every raw row of a file is accepted, rejected or superseded, once.
-- Raw rows are counted where they come in, not through the models that sort them.
with

raw_rows as (
    select
        'orders' as entity,
        company_id,
        source_file
    from {{ ref('base_shop__orders_raw') }}
    {% for entity in entities() if entity != 'orders' %}
        union all
        select
            '{{ entity }}' as entity,
            company_id,
            source_file
        from ({{ landed(entity) }}) as landed_{{ entity }}
    {% endfor %}
),

sorted_rows as (
    {% for entity in entities() if entity != 'orders' %}
        select
            '{{ entity }}' as entity,
            company_id,
            source_file
        from {{ ref('base_shop__' ~ entity ~ '_validated') }}
        where is_superseded
        union all
    {% endfor %}
    select
        'orders' as entity,
        company_id,
        source_file
    from {{ ref('stg_shop__orders__superseded') }}
    union all
    select
        entity,
        company_id,
        source_file
    from {{ ref('fct_rejected_rows') }}
    {% for entity in entities() %}
        union all
        select
            '{{ entity }}' as entity,
            company_id,
            source_file
        from {{ ref('stg_shop__' ~ entity) }}
    {% endfor %}
),

counted as (
    select
        *,
        1 as raw_row_count,
        0 as sorted_row_count
    from raw_rows
    union all
    select
        *,
        0 as raw_row_count,
        1 as sorted_row_count
    from sorted_rows
)

select
    entity,
    company_id,
    source_file,
    sum(raw_row_count) as raw_row_count,
    sum(sorted_row_count) as sorted_row_count
from counted
group by all
having sum(raw_row_count) <> sum(sorted_row_count)
