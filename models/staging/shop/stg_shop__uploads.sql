with

landed_uploads as (
    {{ landed('uploads') }}
),

counted as (
    select
        company_id,
        entity,
        source_file,
        read_row_count,
        not_a_sale_row_count,
        not_a_sale_reasons,
        merged_row_count,
        other_row_count
    from landed_uploads
    -- Files that landed before rows were counted.
    where read_row_count > 0
)

select * from counted
