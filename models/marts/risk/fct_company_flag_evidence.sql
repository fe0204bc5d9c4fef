with

fired as (
    select
        company_id,
        currency,
        measure_id as flag_id,
        measure_name as flag_name,
        evidence_table
    from {{ ref('fct_company_measures') }}
    where status in ('red', 'amber', 'green')
),

found as (
    {% for block in evidence_blocks() %}
        {{ evidence_rows(block) }}
        union all
    {% endfor %}
    select
        company_id,
        flag_id,
        order_id as evidence_key,
        order_date as evidence_date,
        gross_amount as evidence_amount,
        coalesce('customer ' || customer_id || ', ', '')
        || {{ time_text('ordered_at', '%Y-%m-%d %H:%M:%S') }} || ' UTC'
            as evidence_text,
        recency as evidence_number
    from {{ ref('int_conspicuous_orders') }}
),

final as (
    select
        found.company_id,
        found.flag_id,
        fired.flag_name,
        found.evidence_number,
        fired.evidence_table,
        found.evidence_key,
        found.evidence_date,
        found.evidence_amount,
        found.evidence_text,
        fired.currency
    from found
    inner join fired
        on
            found.company_id = fired.company_id
            and found.flag_id = fired.flag_id
)

select * from final
