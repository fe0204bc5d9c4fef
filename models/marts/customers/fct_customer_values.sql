{%- set starts = [0] -%}
{%- for power in range(7) -%}
    {%- for step in [1, 2, 5] -%}
        {%- do starts.append(step * 10 ** power) -%}
    {%- endfor -%}
{%- endfor -%}
with

spend as (
    select * from {{ ref('fct_customer_spend_forecast') }}
    where window_name = '365_days'
),

placed as (
    select
        company_id,
        currency,
        expected_net_revenue_amount,
        {{ count_met('expected_net_revenue_amount', '>=', starts[1:]) }}
            as value_band_number
    from spend
),

bands as (
    select
        company_id,
        cast(value_band_number as bigint) as value_band_number,
        any_value(currency) as currency,
        count(*) as customer_count,
        sum(expected_net_revenue_amount) as predicted_12_month_value_amount
    from placed
    group by all
),

final as (
    select
        company_id,
        value_band_number,
        case value_band_number
            when 0 then 'below 1'
            {% for start in starts[1:-1] %}
                {%- set end = starts[loop.index + 1] %}
                when {{ loop.index }}
                    then '{{ "{:,} to {:,}".format(start, end) }}'
            {% endfor %}
            else '{{ "{:,}".format(starts[-1]) }} and more'
        end as value_band_label,
        currency,
        cast(
            {{ element(list_of(starts), 'value_band_number + 1') }} as decimal(18, 2)
        ) as from_amount,
        customer_count,
        cast(customer_count as double) / sum(customer_count) over of_company
            as customer_share,
        cast(predicted_12_month_value_amount as decimal(18, 2))
            as predicted_12_month_value_amount,
        cast(predicted_12_month_value_amount as double)
        / nullif(sum(predicted_12_month_value_amount) over of_company, 0)
            as value_share
    from bands
    window of_company as (partition by company_id)
)

select * from final
