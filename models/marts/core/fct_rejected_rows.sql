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

-- A line may give several rows: an order as an object has a list of its refunds.
final as (
    select
        company_id,
        entity,
        source_file,
        source_line,
        row_number() over (
            partition by company_id, entity, source_file, source_line
            order by cast(rejections as varchar)
        ) as line_row_number,
        rejections[1]['column_name'] as column_name,
        rejections[1]['raw_value'] as raw_value,
        rejections[1]['reason_code'] as reason_code,
        array_to_string(
            list_transform(rejections, lambda rejection: rejection['reason_code']), ', '
        ) as all_reason_codes
    from rejected
)

select * from final
