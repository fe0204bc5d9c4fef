with

broken_tests as (
    select * from {{ ref('stg_quarantine__broken_tests') }}
),

final as (
    select
        company_id,
        test_name,
        failing_row_count,
        example_row,
        held_back_files,
        uploaded_at,
        last_good_release,
        strptime(last_good_release, '%Y%m%dT%H%M%S.%fZ') as last_good_at,
        last_good_release is null as is_left_out,
        quarantined_at
    from broken_tests
)

select * from final
