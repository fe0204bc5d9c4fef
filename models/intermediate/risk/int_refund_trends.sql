with

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

days as (
    select * from {{ ref('int_daily_revenue') }}
),

development as (
    select * from {{ ref('int_refund_development') }}
),

aged as (
    select
        days.*,
        {{ days_between('days.revenue_date', 'windows.as_of_date') }} as age_days,
        days.revenue_date >= windows.year_start_date as is_in_year,
        days.revenue_date < windows.year_start_date
        and days.revenue_date >= windows.year_before_start_date
        and windows.first_order_date <= windows.year_before_start_date
            as is_in_year_before
    from days
    inner join windows
        on
            days.company_id = windows.company_id
            and days.revenue_date <= windows.as_of_date
),

-- An order on its first day has no whole week behind it.
developed as (
    select
        aged.*,
        case
            when aged.age_days < 7 then 0
            when development.developed_share is not null
                then development.developed_share
            else 1
        end as developed_share
    from aged
    left join development
        on
            aged.company_id = development.company_id
            and {{ whole('aged.age_days', 7) }} - 1 = development.week_number
),

sums as (
    select
        company_id,
        cast(sum(refund_amount) filter (where is_in_year) as double)
        / nullif(sum(refundable_amount) filter (where is_in_year), 0)
            as refund_value_rate,
        cast(sum(refund_amount) filter (where is_in_year_before) as double)
        / nullif(sum(refundable_amount) filter (where is_in_year_before), 0)
            as refund_value_rate_year_before,
        sum(refund_amount) filter (where is_in_year)
        / nullif(sum(refundable_amount * developed_share) filter (where is_in_year), 0)
            as developed_refund_value_rate,
        {% for name, first, last in [('recent', 30, 89), ('earlier', 90, 269)] %}
            {% for column in ['refunded_order_count', 'paid_order_count'] %}
                sum({{ column }}) filter (
                    where age_days between {{ first }} and {{ last }}
                ) as {{ name }}_{{ column }},
            {% endfor %}
        {% endfor %}
        max(age_days) as oldest_age_days
    from developed
    group by all
    -- A log without a single refund says nothing of refunds.
    having sum(refund_amount) > 0
),

-- Refunds that were cut off leave recent orders without any. The youngest thirty days
-- wait for theirs; below twenty expected, chance may leave out many.
final as (
    select
        company_id,
        refund_value_rate_year_before,
        refund_value_rate - refund_value_rate_year_before as refund_value_rate_change,
        developed_refund_value_rate,
        case
            when
                oldest_age_days >= 269
                and recent_paid_order_count * earlier_refunded_order_count
                >= 20 * earlier_paid_order_count
                then
                    1 - cast(
                        recent_refunded_order_count * earlier_paid_order_count as double
                    )
                    / (recent_paid_order_count * earlier_refunded_order_count)
        end as refund_rate_drop
    from sums
)

select * from final
