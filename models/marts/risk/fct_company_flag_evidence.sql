{%- set blocks = [
    (
        [
            'growth_year_on_year', 'growth_90_days_year_on_year', 'drawdown_share',
            'monthly_revenue_volatility', 'best_month_share',
            'november_december_share', 'new_customer_revenue_share',
            'weekly_revenue_volatility',
        ],
        'fct_monthly_revenue', 'revenue_month', 'revenue_month', 'net_revenue_amount',
        "'net revenue of the month'", 'revenue_month desc'
    ),
    (
        [
            'refund_value_rate', 'refund_order_rate', 'refund_value_rate_change',
            'developed_refund_value_rate', 'refund_rate_drop',
        ],
        'fct_monthly_revenue', 'revenue_month', 'revenue_month', 'refund_amount',
        "printf('refunds of the month, %.1f %% of gross', 100 * refund_value_rate)",
        'revenue_month desc'
    ),
    (
        [
            'top_customer_share', 'top_5_customer_share', 'top_10_customer_share',
            'top_10_customer_share_change', 'customer_hhi',
        ],
        'int_recent_customers', 'customer_id', 'cast(null as date)',
        'net_revenue_amount', "'net revenue of the last 12 months'", 'revenue_rank'
    ),
    (
        ['top_channel_share', 'top_product_share'],
        'int_revenue_sources', 'source_name', 'cast(null as date)', 'revenue_amount',
        "printf('%s, %.1f %% of the last 12 months', source_type, 100 * revenue_share)",
        'source_rank'
    ),
    (
        ['unexpected_gap_day_count'],
        'int_sales_gaps', 'gap_start_date', 'gap_start_date', 'cast(null as decimal)',
        "printf('%d days, about %.0f orders expected', gap_day_count, missing_orders)",
        'is_unexpected desc, gap_day_count desc'
    ),
    (
        ['latest_30_days_ratio'],
        'fct_daily_revenue', 'revenue_date', 'revenue_date', 'net_revenue_amount',
        "printf('%d paid orders', paid_order_count)", 'revenue_date desc'
    ),
    (
        ['rejected_row_share'],
        'fct_rejected_rows', "source_file || ' line ' || source_line",
        'cast(null as date)', 'cast(null as decimal)',
        "reason_code || ': ' || coalesce(raw_value, '')", 'source_file, source_line'
    ),
    (
        ['counter_disagreement_share'],
        'fct_counter_reconciliation', 'example_order_id', 'cast(null as date)',
        'largest_difference',
        "printf('%s: %d orders, %s', counter_name, order_count, disagreement_kind)",
        'order_count desc'
    ),
    (
        ['forecast_coverage_80_share', 'forecast_skill'],
        'fct_forecast_backtests', 'cutoff_date', 'cutoff_date', 'actual_total_amount',
        "printf('%d days: %.0f to %.0f forecast', horizon_days, p10_amount, p90_amount)",
        "model_name = 'paidnet' desc, horizon_days desc, cutoff_date desc"
    ),
    (
        ['data_quality_score'], 'fct_data_quality_parts', 'part_name', 'cast(null as date)',
        'cast(null as decimal)',
        "printf('%.1f %%, weight %d', 100 * part_share, part_weight)", 'part_share'
    ),
] -%}
with

fired as (
    select
        company_id,
        currency,
        measure_id as flag_id,
        measure_name as flag_name
    from {{ ref('fct_company_measures') }}
    where status in ('red', 'amber', 'green')
),

found as (
    {% for block in blocks %}
        {{ evidence_rows(*block) }}
        union all
    {% endfor %}
    select
        company_id,
        flag_id,
        'fct_orders' as evidence_table,
        order_id as evidence_key,
        order_date as evidence_date,
        gross_amount as evidence_amount,
        coalesce('customer ' || customer_id || ', ', '')
        || strftime(ordered_at, '%Y-%m-%d %H:%M:%S') || ' UTC' as evidence_text,
        recency as evidence_number
    from {{ ref('int_conspicuous_orders') }}
),

final as (
    select
        found.company_id,
        found.flag_id,
        fired.flag_name,
        found.evidence_number,
        found.evidence_table,
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
