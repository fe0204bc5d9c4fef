with

rejected as (
    select * from {{ ref('fct_rejected_rows') }}
),

reasons as (
    select * from {{ ref('stg_shop__rejection_reasons') }}
),

counted as (
    select
        company_id,
        entity,
        reason_code,
        count(*) as row_count,
        min({
            'source_file': source_file,
            'source_line': source_line,
            'column_name': column_name,
            'raw_value': raw_value
        }) as example
    from rejected
    group by all
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
        counted.example['source_file'] as example_source_file,
        counted.example['source_line'] as example_source_line,
        counted.example['column_name'] as example_column_name,
        counted.example['raw_value'] as example_raw_value,
        reasons.reason_text,
        reasons.remedy
    from counted
    left join reasons
        on counted.reason_code = reasons.reason_code
)

select * from final
