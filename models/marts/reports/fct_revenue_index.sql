with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

months as (
    select * from {{ ref('fct_monthly_revenue') }}
),

full_months as (
    select
        months.company_id,
        months.revenue_month,
        months.net_revenue_amount,
        months.refund_value_rate,
        {{ months_between('months.revenue_month', 'windows.last_full_month') }}
            as months_before_end,
        row_number() over (
            partition by months.company_id
            order by months.revenue_month
        ) as month_number
    from months
    inner join windows
        on months.company_id = windows.company_id
    where
        months.revenue_month >= windows.first_order_date
        and {{ months_between('months.revenue_month', 'windows.last_full_month') }}
        between 0 and 23
),

bases as (
    select
        company_id,
        avg(cast(net_revenue_amount as double)) as base_revenue
    from full_months
    where month_number <= 3
    group by all
    having count(*) = 3
),

final as (
    select
        full_months.company_id,
        full_months.revenue_month,
        full_months.months_before_end,
        -full_months.months_before_end as month_offset,
        case
            when bases.base_revenue > 0
                then
                    100 * cast(full_months.net_revenue_amount as double)
                    / bases.base_revenue
        end as revenue_index,
        full_months.refund_value_rate
    from full_months
    left join bases
        on full_months.company_id = bases.company_id
)

select * from final
