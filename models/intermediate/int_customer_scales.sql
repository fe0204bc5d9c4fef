with

customers as (
    select * from {{ ref('int_customers') }}
),

gaps as (
    select * from {{ ref('int_purchase_gaps') }}
),

-- Of the gaps that ended: who is silent still may stay so for any time.
rhythms as (
    select
        company_id,
        count(*) as gap_count,
        case
            when count(*) >= {{ var('least_gaps') }}
                then cast({{ quantile_disc('gap_days', 0.9, 'bigint') }} as bigint)
        end as lapse_gap_days
    from gaps
    group by all
),

spends as (
    select
        company_id,
        {% for percent in [20, 40, 60, 80] %}
            {{ quantile_disc('net_revenue_amount', percent / 100) }}
                as spend_p{{ percent }}_amount,
        {% endfor %}
        count(*) as buyer_count
    from customers
    where paid_order_count > 0
    group by all
),

final as (
    select
        spends.company_id,
        spends.buyer_count,
        spends.spend_p20_amount,
        spends.spend_p40_amount,
        spends.spend_p60_amount,
        spends.spend_p80_amount,
        coalesce(rhythms.gap_count, 0) as gap_count,
        rhythms.lapse_gap_days
    from spends
    left join rhythms
        on spends.company_id = rhythms.company_id
)

select * from final
