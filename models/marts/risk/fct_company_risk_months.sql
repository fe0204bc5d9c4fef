with

months as (
    select * from {{ ref('fct_monthly_revenue') }}
),

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

customer_months as (
    select * from {{ ref('fct_customer_months') }}
),

developed_months as (
    select * from {{ ref('int_developed_months') }}
),

shares as (
    select
        company_id,
        spend_month,
        sum(greatest(net_revenue_amount, 0)) as positive_amount,
        max(net_revenue_amount) as largest_amount,
        sum(pow(cast(greatest(net_revenue_amount, 0) as double), 2)) as squared_revenue
    from customer_months
    group by all
),

joined as (
    select
        months.*,
        windows.as_of_date,
        developed_months.developed_revenue,
        developed_months.day_without_sales_count,
        shares.positive_amount + greatest(months.guest_revenue_amount, 0)
            as buyers_amount,
        greatest(shares.largest_amount, 0) as largest_amount,
        shares.squared_revenue,
        lag(months.net_revenue_amount, 12) over by_month as year_before_amount,
        lag(months.is_partial_month, 12) over by_month as is_partial_year_before,
        sum(months.net_revenue_amount) over last_12 as trailing_amount,
        count_if(not months.is_partial_month) over last_12 as whole_month_count
    from months
    inner join windows
        on months.company_id = windows.company_id
    left join developed_months
        on
            months.company_id = developed_months.company_id
            and months.revenue_month = developed_months.revenue_month
    left join shares
        on
            months.company_id = shares.company_id
            and months.revenue_month = shares.spend_month
    window
        by_month as (partition by months.company_id order by months.revenue_month),
        last_12 as (
            partition by months.company_id
            order by months.revenue_month
            rows 11 preceding
        )
),

final as (
    select
        company_id,
        revenue_month,
        currency,
        is_partial_month,
        net_revenue_amount,
        case
            when
                year_before_amount > 0
                and not is_partial_month and not is_partial_year_before
                then cast(net_revenue_amount as double) / year_before_amount - 1
        end as growth_year_on_year,
        case
            when whole_month_count = 12 then cast(trailing_amount as decimal(18, 2))
        end as trailing_12_month_net_revenue_amount,
        new_customer_revenue_share,
        customer_count,
        new_customer_count,
        average_order_amount,
        refund_value_rate,
        refund_order_rate,
        case
            when developed_revenue >= 0.2 * refundable_amount and refundable_amount > 0
                then cast(refund_amount / developed_revenue as double)
        end as developed_refund_value_rate,
        coalesce(
            developed_revenue < 0.95 * refundable_amount
            or last_day(revenue_month) > as_of_date - 30,
            false
        ) as is_awaiting_refunds,
        cast(largest_amount as double) / nullif(buyers_amount, 0)
            as top_customer_share,
        squared_revenue / nullif(pow(cast(buyers_amount as double), 2), 0)
            as customer_hhi,
        day_without_sales_count
    from joined
)

select * from final
