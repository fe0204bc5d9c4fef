{#- In fewer orders a pair is chance; larger baskets are stock-ups of resellers. -#}
{%- set least_orders = 10 -%}
{%- set most_products = 20 -%}
{%- set most_pairs = 200 -%}
with

items as (
    select distinct
        company_id,
        order_id,
        sku
    from {{ ref('fct_order_items') }}
    where has_order and is_paid
),

products as (
    select * from {{ ref('dim_products') }}
),

baskets as (
    select
        company_id,
        count(distinct order_id) as basket_count
    from items
    group by company_id
),

-- A product in fewer orders is in no pair that is counted.
frequent as (
    select
        company_id,
        sku,
        count(*) as order_count
    from items
    group by company_id, sku
    having count(*) >= {{ least_orders }}
),

several as (
    select items.*
    from items
    inner join frequent
        on
            items.company_id = frequent.company_id
            and items.sku = frequent.sku
    qualify
        count(*) over (partition by items.company_id, items.order_id)
        between 2 and {{ most_products }}
),

pairs as (
    select
        one.company_id,
        one.sku,
        other.sku as other_sku,
        count(*) as order_count
    from several as one
    inner join several as other
        on
            one.company_id = other.company_id
            and one.order_id = other.order_id
            and one.sku < other.sku
    group by one.company_id, one.sku, other.sku
    having count(*) >= {{ least_orders }}
),

rated as (
    select
        pairs.company_id,
        pairs.sku,
        pairs.other_sku,
        pairs.order_count,
        pairs.order_count / baskets.basket_count as support_share,
        pairs.order_count / one.order_count as confidence_share,
        pairs.order_count / other.order_count as other_confidence_share,
        pairs.order_count * baskets.basket_count
        / (one.order_count * other.order_count) as lift,
        cast(
            row_number() over (
                partition by pairs.company_id
                order by pairs.order_count desc, pairs.sku asc, pairs.other_sku asc
            ) as bigint
        ) as pair_number
    from pairs
    inner join baskets
        on pairs.company_id = baskets.company_id
    inner join frequent as one
        on pairs.company_id = one.company_id and pairs.sku = one.sku
    inner join frequent as other
        on pairs.company_id = other.company_id and pairs.other_sku = other.sku
),

final as (
    select
        rated.company_id,
        rated.pair_number,
        rated.sku,
        one.product_name,
        rated.other_sku,
        other.product_name as other_product_name,
        rated.order_count,
        rated.support_share,
        rated.confidence_share,
        rated.other_confidence_share,
        rated.lift
    from rated
    inner join products as one
        on rated.company_id = one.company_id and rated.sku = one.sku
    inner join products as other
        on rated.company_id = other.company_id and rated.other_sku = other.sku
    where rated.pair_number <= {{ most_pairs }}
)

select * from final
