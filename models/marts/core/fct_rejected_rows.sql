with

rejected as (
    {% for entity in entities() %}
        select
            company_id,
            '{{ entity }}' as entity,
            source_file,
            source_line,
            rejections
        from {{ ref('base_shop__' ~ entity ~ '_validated') }}
        where not is_usable
        {{ "union all" if not loop.last }}
    {% endfor %}
),

described as (
    select
        company_id,
        entity,
        source_file,
        source_line,
        {% for field in ['column_name', 'raw_value', 'reason_code'] %}
            {{ element('rejections', 1) }}['{{ field }}'] as {{ field }},
        {% endfor %}
        {{ joined_items('rejections', "item['reason_code']") }} as all_reason_codes
    from rejected
),

-- A line may give several rows: an order as an object has a list of its refunds.
final as (
    select
        company_id,
        entity,
        source_file,
        source_line,
        cast(
            row_number() over (
                partition by company_id, entity, source_file, source_line
                order by
                    column_name nulls last, raw_value nulls last, reason_code,
                    all_reason_codes
            ) as bigint
        ) as line_row_number,
        column_name,
        raw_value,
        reason_code,
        all_reason_codes
    from described
)

select * from final
