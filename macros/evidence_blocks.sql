{#- What stands behind which findings: the flags; the relation and which of its rows; what a row is,
    its date, amount and a few words, all as SQL; and in which order rows are looked at. -#}
{% macro evidence_blocks() -%}
    {%- set undated, no_amount = 'cast(null as date)', 'cast(null as decimal(18, 2))' -%}
    {{ return([
        {
            'flags': [
                'growth_year_on_year', 'growth_90_days_year_on_year', 'drawdown_share',
                'monthly_revenue_volatility', 'weekly_revenue_volatility', 'best_month_share',
                'november_december_share', 'new_customer_revenue_share',
                'day_without_sales_share',
            ],
            'relation': 'fct_monthly_revenue', 'where': 'true',
            'key': 'revenue_month', 'date': 'revenue_month', 'amount': 'net_revenue_amount',
            'text': "'net revenue of the month'", 'order': 'revenue_month desc',
        },
        {
            'flags': [
                'refund_value_rate', 'refund_order_rate', 'refund_value_rate_change',
                'developed_refund_value_rate', 'refund_rate_drop',
            ],
            'relation': 'fct_monthly_revenue', 'where': 'true',
            'key': 'revenue_month', 'date': 'revenue_month', 'amount': 'refund_amount',
            'text': printed(
                "'refunds of the month, %.1f %% of gross'",
                [rounded('100 * refund_value_rate', 1)],
            ),
            'order': 'revenue_month desc',
        },
        {
            'flags': ['dispute_value_rate'],
            'relation': 'int_recent_orders', 'where': 'dispute_amount > 0',
            'key': 'order_id', 'date': 'order_date', 'amount': 'dispute_amount',
            'text': "'lost dispute'", 'order': 'order_date desc, order_id',
        },
        {
            'flags': [
                'top_customer_share', 'top_5_customer_share', 'top_10_customer_share',
                'top_10_customer_share_change', 'customer_hhi',
            ],
            'relation': 'int_recent_customers', 'where': 'true',
            'key': 'customer_id', 'date': undated, 'amount': 'net_revenue_amount',
            'text': "'net revenue of the last 12 months'", 'order': 'revenue_rank',
        },
        {
            'flags': ['repeat_customer_rate'],
            'relation': 'int_recent_customers', 'where': 'true',
            'key': 'customer_id', 'date': undated, 'amount': 'net_revenue_amount',
            'text': "if(is_repeat_customer, 'bought more than once', 'bought once')",
            'order': 'not is_repeat_customer, revenue_rank',
        },
        {
            'flags': [
                'new_customer_growth', 'active_customer_growth', 'repurchase_90_day_rate',
                'quiet_customer_revenue_share',
            ],
            'relation': 'fct_monthly_revenue', 'where': 'true',
            'key': 'revenue_month', 'date': 'revenue_month', 'amount': no_amount,
            'text': printed(
                "'%d customers, %d of them new'", ['customer_count', 'new_customer_count'],
            ),
            'order': 'revenue_month desc',
        },
        {
            'flags': ['acquisition_quality_change'],
            'relation': 'fct_acquisition_quality',
            'where': "age_days = 90 and cohort_type <> 'newest'",
            'key': 'cohort_start_date', 'date': 'cohort_start_date',
            'amount': 'net_revenue_amount',
            'text': printed("'net revenue of %d new customers within 90 days'", ['customer_count'])
                ~ ' || coalesce(' ~ printed(
                    "', %.1f %% bought again'", [rounded('100 * bought_again_share', 1)]
                ) ~ ", '')",
            'order': 'cohort_start_date desc',
        },
        {
            'flags': ['top_channel_share'],
            'relation': 'int_revenue_sources', 'where': "source_type = 'channel'",
            'key': 'source_name', 'date': undated, 'amount': 'revenue_amount',
            'text': printed(
                "'%.1f %% of the last 12 months'", [rounded('100 * revenue_share', 1)]
            ),
            'order': 'source_rank',
        },
        {
            'flags': ['top_product_share'],
            'relation': 'int_revenue_sources', 'where': "source_type = 'product'",
            'key': 'source_name', 'date': undated, 'amount': 'revenue_amount',
            'text': printed(
                "'%.1f %% of the items sold'", [rounded('100 * revenue_share', 1)]
            ),
            'order': 'source_rank',
        },
        {
            'flags': ['unexpected_gap_day_count'],
            'relation': 'int_sales_gaps', 'where': 'is_unexpected',
            'key': 'gap_start_date', 'date': 'gap_start_date', 'amount': no_amount,
            'text': printed(
                "'%d days, about %d orders expected'",
                ['gap_day_count', 'cast(round(missing_orders) as bigint)'],
            ),
            'order': 'gap_day_count desc, gap_start_date',
        },
        {
            'flags': ['latest_30_days_ratio'],
            'relation': 'fct_daily_revenue', 'where': 'true',
            'key': 'revenue_date', 'date': 'revenue_date', 'amount': 'net_revenue_amount',
            'text': printed("'%d paid orders'", ['paid_order_count']),
            'order': 'revenue_date desc',
        },
        {
            'flags': ['first_digit_deviation'],
            'relation': 'int_first_digit_shares', 'where': 'true',
            'key': 'first_digit', 'date': undated, 'amount': no_amount,
            'text': printed(
                "'%.1f %% of the orders, %.1f %% by the law'",
                [rounded('100 * order_share', 1), rounded('100 * expected_share', 1)],
            ),
            'order': 'abs(order_share - expected_share) desc, first_digit',
        },
        {
            'flags': ['created_after_order_share'],
            'relation': 'int_customers',
            'where': 'cast(account_created_at as date) > first_paid_date + 1',
            'key': 'customer_id', 'date': 'first_paid_date', 'amount': 'net_revenue_amount',
            'text': "'created ' || cast(cast(account_created_at as date) as string)",
            'order': 'first_paid_date desc, customer_id',
        },
        {
            'flags': ['restated_gross_share'],
            'relation': 'fct_revenue_restatements', 'where': 'restated_gross_amount > 0',
            'key': 'revenue_month', 'date': 'revenue_month', 'amount': 'restated_gross_amount',
            'text': printed(
                "'%d orders added, %d removed, %d changed'",
                ['added_order_count', 'removed_order_count', 'changed_order_count'],
            ),
            'order': 'restated_gross_amount desc, revenue_month',
        },
        {
            'flags': ['older_customer_share'],
            'relation': 'int_customers', 'where': 'has_older_orders',
            'key': 'customer_id', 'date': 'first_paid_date', 'amount': 'net_revenue_amount',
            'text': printed("'%d orders in the log, more by its counter'", ['order_count']),
            'order': 'first_paid_date nulls last, customer_id',
        },
        {
            'flags': ['counter_disagreement_share'],
            'relation': 'fct_counter_reconciliation',
            'where': "disagreement_kind <> 'older_history' and order_count > 0",
            'key': 'example_order_id', 'date': undated,
            'amount': "case when counter_name = 'customer_total_spent' then largest_difference end",
            'text': printed(
                "'%s: %d orders, %s'", ['counter_name', 'order_count', 'disagreement_kind']
            ),
            'order': 'order_count desc, counter_name, disagreement_kind',
        },
        {
            'flags': ['rejected_row_share'],
            'relation': 'fct_rejected_rows', 'where': "entity = 'orders'",
            'key': "source_file || ' line ' || source_line", 'date': undated, 'amount': no_amount,
            'text': "reason_code || ': ' || coalesce(raw_value, '')",
            'order': 'source_file, source_line, column_name, reason_code',
        },
        {
            'flags': ['history_day_count', 'data_age_days', 'guest_order_share'],
            'relation': 'dim_companies', 'where': 'true',
            'key': 'company_name', 'date': 'last_order_date', 'amount': no_amount,
            'text': printed(
                "'%d orders from %s, %d of them without a customer'",
                ['order_count', 'cast(first_order_date as string)', 'guest_order_count'],
            ),
            'order': 'company_id',
        },
        {
            'flags': ['data_quality_score'],
            'relation': 'fct_data_quality_parts', 'where': 'true',
            'key': 'part_name', 'date': undated, 'amount': no_amount,
            'text': printed(
                "'%.1f %%, weight %d'", [rounded('100 * part_share', 1), 'part_weight']
            ),
            'order': 'part_share, part_number',
        },
        {
            'flags': ['forecast_coverage_80_share', 'forecast_skill'],
            'relation': 'fct_forecast_backtests', 'where': "model_name = 'paidnet'",
            'key': 'cutoff_date', 'date': 'cutoff_date', 'amount': 'actual_total_amount',
            'text': printed(
                "'%d days: %d to %d forecast'",
                [
                    'horizon_days', 'cast(round(p10_amount) as bigint)',
                    'cast(round(p90_amount) as bigint)',
                ],
            ),
            'order': 'horizon_days desc, cutoff_date desc',
        },
        {
            'flags': ['probability_below_year_before'],
            'relation': 'fct_forecast_outlook', 'where': 'true',
            'key': "horizon_days || ' days'", 'date': undated, 'amount': 'year_before_amount',
            'text': printed(
                "'%d to %d forecast'",
                [
                    'cast(round(forecast_p10_amount) as bigint)',
                    'cast(round(forecast_p90_amount) as bigint)',
                ],
            ),
            'order': 'horizon_days',
        },
        {
            'flags': ['stock_cover_60_share'],
            'relation': 'fct_stock_cover', 'where': 'is_current and needed_60_amount > 0',
            'key': 'sku', 'date': 'inventory_date', 'amount': 'needed_60_amount',
            'text': printed(
                "'%s: %d in stock'", ['product_name', 'cast(round(units_on_hand) as bigint)']
            ),
            'order': 'needed_60_amount - covered_60_amount desc, sku',
        },
    ]) }}
{%- endmacro %}
