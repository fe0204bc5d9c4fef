{#- One in a hundred, on either side: 98 % of what chance alone does lies within. -#}
{%- set deviations = 2.33 -%}
with

measured as (
    select * from {{ ref('int_acquisition_pairs') }}
),

-- Half a customer who came back more: of none, no ratio is known.
sides as (
    select
        company_id,
        age_days,
        measure,
        is_newest,
        sum(customers) as customers,
        sum(total) + if(measure = 'bought_again', 0.5, 0) as total,
        sum(squared) + if(measure = 'bought_again', 0.5, 0) as squared
    from measured
    group by company_id, age_days, measure, is_newest
),

-- How far each pair of months is off, as a share of the whole.
pairs as (
    select
        measured.company_id,
        measured.age_days,
        measured.measure,
        measured.pair,
        sum(
            if(measured.is_newest, 1, -1)
            * (measured.total / sides.total - measured.customers / sides.customers)
        ) as part_off
    from measured
    inner join sides
        on
            measured.company_id = sides.company_id
            and measured.age_days = sides.age_days
            and measured.measure = sides.measure
            and measured.is_newest = sides.is_newest
    where sides.total > 0
    group by all
),

scatters as (
    select
        company_id,
        age_days,
        measure,
        sum(part_off * part_off) * count(*) / nullif(count(*) - 1, 0) as variance
    from pairs
    group by all
),

-- The logarithm of the ratio, and how far chance moves it: by customers, and no less
-- than months differ from each other.
ratios as (
    select
        newest.company_id,
        newest.age_days,
        newest.measure,
        ln(newest.total / newest.customers * earlier.customers / earlier.total)
            as log_ratio,
        {{ deviations }} * sqrt(
            greatest(
                newest.squared / power(newest.total, 2) - 1 / newest.customers
                + earlier.squared / power(earlier.total, 2) - 1 / earlier.customers,
                scatters.variance,
                0
            )
        ) as reach
    from sides as newest
    inner join sides as earlier
        on
            newest.company_id = earlier.company_id
            and newest.age_days = earlier.age_days
            and newest.measure = earlier.measure
            and not earlier.is_newest
    inner join scatters
        on
            newest.company_id = scatters.company_id
            and newest.age_days = scatters.age_days
            and newest.measure = scatters.measure
    where
        newest.is_newest
        and least(newest.total, earlier.total) > 0
        and least(newest.customers, earlier.customers)
        >= {{ var('least_customers_followed') }}
),

-- Rounded: the last bits of a logarithm are the machine's.
ranges as (
    select
        *,
        {{ rounded('exp(log_ratio - reach) - 1', 12) }} as low,
        {{ rounded('exp(log_ratio + reach) - 1', 12) }} as high
    from ratios
),

final as (
    select
        company_id,
        age_days,
        {% for measure in ['net_revenue', 'bought_again'] %}
            max(low) filter (where measure = '{{ measure }}')
                as {{ measure }}_change_low,
            max(high) filter (where measure = '{{ measure }}')
                as {{ measure }}_change_high,
        {% endfor %}
        -- Of the worse of both, what is sure: 0 where chance may have done it.
        min(case when high < 0 then high when low > 0 then low else 0 end)
            as certain_change
    from ranges
    group by all
)

select * from final
