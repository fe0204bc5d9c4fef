with

rejected as (
    select * from {{ ref('fct_rejected_rows') }}
),

reasons as (
    select * from {{ ref('stg_shop__rejection_reasons') }}
),

numbered as (
    select
        *,
        count(*) over (partition by company_id, entity, reason_code) as row_count,
        row_number() over (
            partition by company_id, entity, reason_code
            order by
                source_file, source_line, column_name nulls last, raw_value nulls last
        ) as row_number
    from rejected
),

counted as (
    select * from numbered
    where row_number = 1
),

final as (
    select
        counted.company_id,
        counted.entity,
        counted.reason_code,
        counted.row_count,
        counted.row_count
        / sum(counted.row_count) over (
            partition by counted.company_id, counted.entity
        ) as row_share,
        counted.source_file as example_source_file,
        counted.source_line as example_source_line,
        counted.column_name as example_column_name,
        counted.raw_value as example_raw_value,
        reasons.reason_text,
        reasons.remedy
    from counted
    left join reasons
        on counted.reason_code = reasons.reason_code
)

select * from final
