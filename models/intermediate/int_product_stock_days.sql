{#- A product's pace is learnt from its last days with stock, and not from too few. -#}
{%- set recent_days = 28 -%}
{%- set least_days = 7 -%}
{%- set sums = ['day_count', 'unit_count', 'kept_line_amount', 'company_unit_count'] -%}
with

sales as (
    select * from {{ ref('int_product_sales') }}
),

company_days as (
    select
        company_id,
        sales_date,
        sum(unit_count) as unit_count
    from sales
    group by all
),

days as (
    select
        company_id,
        sku,
        inventory_date,
        sum(units_on_hand) as units_on_hand,
        max(product_unit_count) as unit_count,
        bool_and(is_stock_out) as is_stock_out
    from {{ ref('int_stock_days') }}
    group by all
),

joined as (
    select
        days.*,
        1 as day_count,
        coalesce(sales.kept_line_amount, 0) as kept_line_amount,
        coalesce(company_days.unit_count, 0) as company_unit_count
    from days
    left join sales
        on
            days.company_id = sales.company_id
            and days.sku = sales.sku
            and days.inventory_date = sales.sales_date
    left join company_days
        on
            days.company_id = company_days.company_id
            and days.inventory_date = company_days.sales_date
),

paced as (
    select
        {% for name in sums %}
            if(is_stock_out, null, sum({{ name }}) over in_stock)
                as {{ name }}_in_stock,
        {% endfor %}
        *
    from joined
    window in_stock as (
        partition by company_id, sku, is_stock_out
        order by inventory_date
        rows between {{ recent_days - 1 }} preceding and current row
    )
),

-- Of days out of stock those of the days before.
recent as (
    select
        *,
        {% for name in sums %}
            {{ last_known(name ~ '_in_stock', 'so_far') }}
                as recent_{{ name }},
        {% endfor %}
        recent_day_count >= {{ least_days }} as is_known
    from paced
    window so_far as (partition by company_id, sku order by inventory_date)
),

final as (
    select
        company_id,
        sku,
        inventory_date,
        units_on_hand,
        unit_count,
        is_stock_out,
        if(is_known, recent_unit_count / recent_day_count, null) as daily_units,
        if(
            is_known,
            cast(recent_kept_line_amount as double) / nullif(recent_unit_count, 0),
            null
        ) as kept_price,
        -- As large beside the others as it was when it could be had.
        if(
            is_stock_out and is_known,
            company_unit_count * least(
                recent_unit_count
                / nullif(recent_company_unit_count - recent_unit_count, 0), 1
            ),
            0
        ) as units_lost
    from recent
)

select * from final
