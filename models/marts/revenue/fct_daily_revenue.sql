with

companies as (
    select * from {{ ref('dim_companies') }}
),

days as (
    select * from {{ ref('int_daily_revenue') }}
),

refunds as (
    select * from {{ ref('fct_refunds') }}
),

refund_days as (
    select
        company_id,
        refund_date,
        sum(refund_amount) as refund_amount
    from refunds
    where is_paid or not has_order
    group by all
),

issued as (
    select
        days.*,
        companies.currency,
        case
            when companies.has_dated_refunds
                then coalesce(refund_days.refund_amount, 0)
        end as refunds_issued_amount
    from days
    inner join companies
        on days.company_id = companies.company_id
    left join refund_days
        on
            days.company_id = refund_days.company_id
            and days.revenue_date = refund_days.refund_date
),

final as (
    select
        company_id,
        revenue_date,
        net_revenue_amount,
        new_customer_revenue_amount,
        guest_revenue_amount,
        gross_amount,
        refund_amount,
        refundable_amount,
        paid_order_count,
        refunded_order_count,
        active_customer_count,
        cast(refunds_issued_amount as decimal(18, 2)) as refunds_issued_amount,
        cast(gross_amount - refunds_issued_amount as decimal(18, 2))
            as net_revenue_by_refund_date_amount,
        case
            when count(*) over last_28_days = 28
                then {{ money_per('sum(net_revenue_amount) over last_28_days', 28) }}
        end as trailing_28_day_mean_amount,
        currency
    from issued
    window
        last_28_days as (
            partition by company_id
            order by revenue_date rows 27 preceding
        )
)

select * from final
