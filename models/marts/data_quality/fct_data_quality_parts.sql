{%- set parts = [
    ('rows_used', 30), ('other_rows_used', 10), ('refunds_matched', 15),
    ('counters_agree', 10), ('history_complete', 10), ('months_covered', 15),
    ('customers_named', 10),
] -%}
with

quality as (
    select * from {{ ref('fct_data_quality') }}
),

companies as (
    select * from {{ ref('dim_companies') }}
),

other_uploads as (
    select
        company_id,
        sum(rejected_row_count) / sum(raw_row_count) as rejected_row_share
    from {{ ref('fct_uploads') }}
    where entity <> 'orders'
    group by all
),

refunds as (
    select
        company_id,
        cast(sum(refund_amount) filter (where has_order) as double)
        / nullif(sum(refund_amount), 0) as matched_share
    from {{ ref('fct_refunds') }}
    group by all
),

months as (
    select
        company_id,
        count_if(paid_order_count > 0) / count(*) as covered_share
    from {{ ref('fct_monthly_revenue') }}
    group by all
),

shares as (
    select
        quality.company_id,
        1 - quality.rejected_row_share as rows_used,
        1 - other_uploads.rejected_row_share as other_rows_used,
        if(
            quality.has_dated_refunds, coalesce(refunds.matched_share, 0), null
        ) as refunds_matched,
        1 - quality.counter_disagreement_share as counters_agree,
        -- Only counters of the file tell of orders before it.
        if(
            quality.counter_disagreement_share is null,
            null,
            1 - companies.older_customer_count / nullif(companies.customer_count, 0)
        ) as history_complete,
        months.covered_share as months_covered,
        1 - quality.guest_order_share as customers_named
    from quality
    inner join companies
        on quality.company_id = companies.company_id
    left join other_uploads
        on quality.company_id = other_uploads.company_id
    left join refunds
        on quality.company_id = refunds.company_id
    left join months
        on quality.company_id = months.company_id
),

parts as (
    {% for part, weight in parts %}
        select
            company_id,
            {{ loop.index }} as part_number,
            '{{ part }}' as part_name,
            {{ weight }} as part_weight,
            {{ part }} as part_share
        from shares
        where {{ part }} is not null
        {{ "union all" if not loop.last }}
    {% endfor %}
),

final as (
    select
        company_id,
        cast(part_number as bigint) as part_number,
        part_name,
        cast(part_weight as bigint) as part_weight,
        cast(part_share as double) as part_share,
        cast(
            100 * sum(part_share * part_weight) over (partition by company_id)
            / sum(part_weight) over (partition by company_id) as double
        ) as company_score
    from parts
)

select * from final
