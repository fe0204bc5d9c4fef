{%- set now = var('built_at', run_started_at.strftime('%Y-%m-%d %H:%M:%S')) -%}
{%- set built_at = "cast('%s' as timestamp)" % now -%}
with

companies as (
    select * from {{ ref('dim_companies') }}
),

uploads as (
    select * from {{ ref('fct_uploads') }}
),

counters as (
    select * from {{ ref('fct_counter_reconciliation') }}
),

days as (
    select * from {{ ref('fct_daily_revenue') }}
),

refunds as (
    select * from {{ ref('int_unmatched_refunds') }}
),

held_back as (
    select distinct company_id from {{ ref('fct_quarantined_companies') }}
),

-- Any entity: stock that came in yesterday says that the company still sends files.
last_uploads as (
    select
        company_id,
        max(landed_at) as last_landed_at,
        sum(rejected_row_count) filter (where entity <> 'orders')
            as other_rejected_row_count
    from uploads
    group by all
),

-- Orders before the log explain a higher counter: history_is_truncated tells of them.
counter_sums as (
    select
        company_id,
        sum(order_count) filter (where disagreement_kind <> 'older_history')
            as disagreement_count,
        disagreement_count / any_value(checked_order_count) as order_share
    from counters
    group by company_id, counter_name
),

disagreements as (
    select
        company_id,
        max(disagreement_count) as order_count,
        max(order_share) as order_share
    from counter_sums
    group by all
),

paid_days as (
    select
        company_id,
        {{ days_between(
            'lag(revenue_date) over (partition by company_id order by revenue_date)',
            'revenue_date'
        ) }} - 1 as gap_day_count
    from days
    where paid_order_count > 0
),

gaps as (
    select
        company_id,
        sum(gap_day_count) as empty_day_count,
        max(gap_day_count) as longest_gap_day_count
    from paid_days
    group by all
),

final as (
    select
        companies.company_id,
        companies.company_name,
        companies.raw_row_count,
        companies.order_count as accepted_row_count,
        companies.rejected_row_count,
        companies.superseded_row_count,
        companies.order_count / nullif(companies.raw_row_count, 0)
            as accepted_row_share,
        companies.rejected_row_count / nullif(companies.raw_row_count, 0)
            as rejected_row_share,
        companies.superseded_row_count / nullif(companies.raw_row_count, 0)
            as superseded_row_share,
        cast(last_uploads.other_rejected_row_count as bigint)
            as other_rejected_row_count,
        cast(disagreements.order_count as bigint) as counter_disagreement_count,
        disagreements.order_share as counter_disagreement_share,
        companies.guest_order_count / nullif(companies.order_count, 0)
            as guest_order_share,
        cast(gaps.empty_day_count as bigint) as empty_day_count,
        gaps.longest_gap_day_count,
        companies.last_order_date,
        last_uploads.last_landed_at,
        {{ built_at }} as built_at,
        {{ days_between(
            'companies.last_order_date',
            'cast(' ~ local_clock(built_at, 'companies.time_zone') ~ ' as date)'
        ) }} as days_since_last_order,
        {{ days_between(
            'cast(last_uploads.last_landed_at as date)', 'cast(' ~ built_at ~ ' as date)'
        ) }} as days_since_last_upload,
        companies.history_is_truncated,
        companies.has_dated_refunds,
        refunds.unmatched_refund_count,
        refunds.unmatched_refund_amount,
        companies.has_partial_last_day,
        held_back.company_id is not null as is_quarantined
    from companies
    {% for facts in ['last_uploads', 'disagreements', 'gaps', 'refunds', 'held_back'] %}
        left join {{ facts }}
            on companies.company_id = {{ facts }}.company_id
    {% endfor %}
)

select * from final
