{%- set columns = [
    'top_customer_share', 'top_5_customer_share', 'top_10_customer_share',
    'customer_hhi', 'customer_gini', 'quiet_customer_revenue_share',
] -%}
with

shares as (
    select * from {{ ref('int_customer_shares') }}
    where years_before = 0
),

shares_before as (
    select * from {{ ref('int_customer_shares') }}
    where years_before = 1
),

final as (
    select
        shares.company_id,
        {% for column in columns %}
            shares.{{ column }},
            shares_before.{{ column }} as {{ column }}_year_before,
        {% endfor %}
        shares.top_10_customer_share - shares_before.top_10_customer_share
            as top_10_customer_share_change
    from shares
    left join shares_before
        on shares.company_id = shares_before.company_id
)

select * from final
