{#- Each part: id, its name by products and by orders, which products have it. -#}
{%- set drivers = [
    ('volume', 'Volume', 'Number of orders', 'kept'),
    ('price', 'Price', 'Average order', 'kept'),
    ('mix', 'Mix of products', none, 'kept'),
    ('new', 'New products', none, 'new'),
    ('gone', 'Products no longer sold', none, 'gone'),
    ('refunds', 'Refunds', 'Refunds', 'kept'),
    ('without_items', 'Orders without items', none, 'without items'),
] -%}
{%- set of_comparison = 'partition by company_id, revenue_month, comparison' -%}
with

changes as (
    select * from {{ ref('fct_product_changes') }}
),

-- What a unit came to and what of it was kept, in both months; where it sold in one of
-- them only, as in that one.
priced as (
    select
        *,
        {% for here, there in [('', 'compared_'), ('compared_', '')] %}
            cast(coalesce(
                cast({{ here }}gross_amount as double)
                / nullif({{ here }}unit_count, 0),
                cast({{ there }}gross_amount as double)
                / nullif({{ there }}unit_count, 0),
                0
            ) as double) as {{ here }}price,
            cast(coalesce(
                cast({{ here }}net_revenue_amount as double)
                / nullif({{ here }}gross_amount, 0),
                cast({{ there }}net_revenue_amount as double)
                / nullif({{ there }}gross_amount, 0),
                1
            ) as double) as {{ here }}kept_share,
            sum(if(change_kind = 'kept', {{ here }}unit_count, 0)) over (
                {{ of_comparison }}
            ) as {{ here }}all_units,
        {% endfor %}
        (kept_share + compared_kept_share) / 2 as mean_kept_share
    from changes
),

shared as (
    select
        *,
        mean_kept_share * (price + compared_price) / 2 as unit_value,
        unit_count / nullif(all_units, 0) as known_share,
        compared_unit_count / nullif(compared_all_units, 0) as known_compared_share,
        coalesce(known_share, known_compared_share, 0) as unit_share,
        coalesce(known_compared_share, known_share, 0) as compared_unit_share
    from priced
),

parts as (
    select
        *,
        {{ money(
            '0.5 * unit_value * (unit_share + compared_unit_share)'
            ~ ' * (all_units - compared_all_units)'
        ) }} as volume_amount,
        {{ money(
            '0.5 * unit_value * (all_units + compared_all_units)'
            ~ ' * (unit_share - compared_unit_share)'
        ) }} as mix_amount,
        {{ money(
            '0.5 * mean_kept_share * (unit_count + compared_unit_count)'
            ~ ' * (price - compared_price)'
        ) }} as price_amount,
        -- What is left is that of refunds; to the cent, so that all adds up.
        change_amount - volume_amount - mix_amount - price_amount as refunds_amount,
        change_amount as new_amount,
        change_amount as gone_amount,
        change_amount as without_items_amount
    from shared
),

driven as (
    {% for id, label, order_label, kind in drivers %}
        {% if not loop.first %}union all{% endif %}
        select
            company_id,
            revenue_month,
            comparison,
            compared_month,
            is_by_product,
            currency,
            {{ loop.index }} as driver_rank,
            '{{ id }}' as driver,
            {% if order_label %}
                if(is_by_product, '{{ label }}', '{{ order_label }}') as driver_label,
            {% else %}
                '{{ label }}' as driver_label,
            {% endif %}
            sum(if(change_kind = '{{ kind }}', {{ id }}_amount, 0)) as change_amount,
            sum(net_revenue_amount) as net_revenue_amount,
            sum(compared_net_revenue_amount) as compared_net_revenue_amount
        from parts
        {{ "where is_by_product" if not order_label }}
        group by all
    {% endfor %}
),

final as (
    select
        company_id,
        revenue_month,
        comparison,
        compared_month,
        is_by_product,
        cast(driver_rank as bigint) as driver_rank,
        driver,
        driver_label,
        cast(change_amount as decimal(18, 2)) as change_amount,
        cast(net_revenue_amount as decimal(18, 2)) as net_revenue_amount,
        cast(compared_net_revenue_amount as decimal(18, 2))
            as compared_net_revenue_amount,
        currency
    from driven
)

select * from final
