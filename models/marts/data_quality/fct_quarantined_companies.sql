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
        cast(
            substr(last_good_release, 1, 4)
            || '-' || substr(last_good_release, 5, 2)
            || '-' || substr(last_good_release, 7, 2)
            || ' ' || substr(last_good_release, 10, 2)
            || ':' || substr(last_good_release, 12, 2)
            || ':' || substr(last_good_release, 14, 9)
            as timestamp
        ) as last_good_at,
        last_good_release is null as is_left_out,
        quarantined_at
    from broken_tests
)

select * from final
