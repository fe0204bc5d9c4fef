with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

gaps as (
    select * from {{ ref('int_sales_gaps') }}
),

final as (
    select
        windows.company_id,
        coalesce(max(gaps.gap_day_count), 0) as longest_gap_day_count,
        coalesce(max(gaps.gap_day_count) filter (where gaps.is_unexpected), 0)
            as unexpected_gap_day_count
    from windows
    left join gaps
        on windows.company_id = gaps.company_id
    group by all
)

select * from final
