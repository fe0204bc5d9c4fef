{%- set files = landing_path('quarantine') ~ '/*.parquet' -%}
with

test_rows as (
    {{ parquet_rows('quarantine', 'broken_tests', [files]) }}
),

renamed as (
    select
        company_id,
        test_name,
        failing_row_count,
        example_row,
        nullif(held_back_files, '') as held_back_files,
        uploaded_at,
        last_good_release,
        quarantined_at
    from test_rows
)

select * from renamed
