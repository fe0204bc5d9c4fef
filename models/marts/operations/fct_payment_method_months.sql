with

payments as (
    select * from {{ ref('fct_payments') }}
),

months as (
    select
        company_id,
        cast(date_trunc('month', payment_date) as date) as payment_month,
        payment_method,
        count(*) as payment_count,
        count(*) filter (where is_successful) as successful_payment_count,
        sum(converted_amount) filter (where is_successful) as successful_amount,
        median(hours_to_pay) filter (where is_successful) as median_hours_to_pay,
        count(distinct order_id)
        filter (where order_difference_amount <> 0 and is_order_paid)
            as differing_order_count,
        count(*) filter (where not has_order) as payment_without_order_count,
        max(currency) as currency
    from payments
    group by all
),

final as (
    select
        company_id,
        payment_month,
        payment_method,
        payment_count,
        successful_payment_count,
        cast(1 - successful_payment_count / payment_count as double) as failure_rate,
        cast(coalesce(successful_amount, 0) as decimal(18, 2)) as successful_amount,
        cast(coalesce(successful_amount, 0) as double) / nullif(
            sum(successful_amount) over (partition by company_id, payment_month), 0
        ) as successful_amount_share,
        cast(median_hours_to_pay as double) as median_hours_to_pay,
        differing_order_count,
        payment_without_order_count,
        currency
    from months
)

select * from final
