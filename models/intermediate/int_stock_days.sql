{#- So many days after its last count nobody knows what is left of a product. -#}
{%- set known_days = 35 -%}
with

counts as (
    select * from {{ ref('stg_shop__inventory_snapshots') }}
),

periods as (
    select
        company_id,
        max(counted_through_date) as as_of_date
    from {{ ref('int_reporting_periods') }}
    group by company_id
),

sales as (
    select * from {{ ref('int_product_sales') }}
),

spans as (
    select
        counts.company_id,
        counts.sku,
        counts.warehouse_id,
        min(counts.snapshot_date) as first_date,
        greatest(
            max(counts.snapshot_date),
            least(
                max(periods.as_of_date), max(counts.snapshot_date) + {{ known_days }}
            )
        ) as last_date
    from counts
    left join periods
        on counts.company_id = periods.company_id
    group by counts.company_id, counts.sku, counts.warehouse_id
),

days as (
    select
        company_id,
        sku,
        warehouse_id,
        {{ each_day('first_date', 'last_date') }} as inventory_date
    from spans
),

counted as (
    select
        days.*,
        counts.snapshot_date is not null as is_counted,
        {{ last_known('counts.quantity_on_hand', 'so_far') }} as last_count,
        {{ last_known('counts.snapshot_date', 'so_far') }} as count_date,
        coalesce(sales.unit_count, 0) as product_unit_count
    from days
    left join counts
        on
            days.company_id = counts.company_id
            and days.sku = counts.sku
            and days.warehouse_id = counts.warehouse_id
            and days.inventory_date = counts.snapshot_date
    left join sales
        on
            days.company_id = sales.company_id
            and days.sku = sales.sku
            and days.inventory_date = sales.sales_date
    window so_far as (
        partition by days.company_id, days.sku, days.warehouse_id
        order by days.inventory_date
    )
),

-- No order says which warehouse it left: sales are split as the last counts are.
shared as (
    select
        *,
        product_unit_count * if(
            sum(last_count) over of_product > 0,
            last_count / sum(last_count) over of_product,
            1e0 / count(*) over of_product
        ) as units_sold
    from counted
    window of_product as (partition by company_id, sku, inventory_date)
),

-- A count is of the day's end: what is sold later is taken off.
reduced as (
    select
        *,
        sum(if(is_counted, 0, units_sold)) over (
            partition by company_id, sku, warehouse_id, count_date
            order by inventory_date
        ) as units_sold_since_count
    from shared
),

final as (
    select
        company_id,
        sku,
        warehouse_id,
        inventory_date,
        is_counted,
        {{ days_between('count_date', 'inventory_date') }} as days_since_count,
        product_unit_count,
        cast(units_sold as double) as units_sold,
        cast(greatest(last_count - units_sold_since_count, 0) as double)
            as units_on_hand,
        last_count = 0 and units_sold_since_count = 0 as is_stock_out
    from reduced
)

select * from final
