{#- What stands behind which findings: the flags; the relation and which of its rows; what a row is,
    its date, amount and a few words, all as SQL; and in which order rows are looked at. -#}
{% macro evidence_blocks() -%}
    {%- set undated, no_amount = 'cast(null as date)', 'cast(null as decimal)' -%}
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
            'text': "printf('refunds of the month, %.1f %% of gross', 100 * refund_value_rate)",
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
            'text': "printf('%d customers, %d of them new', customer_count, new_customer_count)",
            'order': 'revenue_month desc',
        },
        {
            'flags': ['acquisition_quality_change'],
            'relation': 'fct_acquisition_quality',
            'where': "age_days = 90 and cohort_type <> 'newest'",
            'key': 'cohort_start_date', 'date': 'cohort_start_date',
            'amount': 'net_revenue_amount',
            'text': "printf('net revenue of %d new customers within 90 days', customer_count)"
                ~ " || coalesce(printf(', %.1f %% bought again', 100 * bought_again_share), '')",
            'order': 'cohort_start_date desc',
        },
        {
            'flags': ['top_channel_share'],
            'relation': 'int_revenue_sources', 'where': "source_type = 'channel'",
            'key': 'source_name', 'date': undated, 'amount': 'revenue_amount',
            'text': "printf('%.1f %% of the last 12 months', 100 * revenue_share)",
            'order': 'source_rank',
        },
        {
            'flags': ['top_product_share'],
            'relation': 'int_revenue_sources', 'where': "source_type = 'product'",
            'key': 'source_name', 'date': undated, 'amount': 'revenue_amount',
            'text': "printf('%.1f %% of the items sold', 100 * revenue_share)",
            'order': 'source_rank',
        },
        {
            'flags': ['unexpected_gap_day_count'],
            'relation': 'int_sales_gaps', 'where': 'is_unexpected',
            'key': 'gap_start_date', 'date': 'gap_start_date', 'amount': no_amount,
            'text': "printf('%d days, about %.0f orders expected', gap_day_count, missing_orders)",
            'order': 'gap_day_count desc, gap_start_date',
        },
        {
            'flags': ['latest_30_days_ratio'],
            'relation': 'fct_daily_revenue', 'where': 'true',
            'key': 'revenue_date', 'date': 'revenue_date', 'amount': 'net_revenue_amount',
            'text': "printf('%d paid orders', paid_order_count)", 'order': 'revenue_date desc',
        },
        {
            'flags': ['first_digit_deviation'],
            'relation': 'int_first_digit_shares', 'where': 'true',
            'key': 'first_digit', 'date': undated, 'amount': no_amount,
            'text': "printf('%.1f %% of the orders, %.1f %% by the law', 100 * order_share,"
                ~ " 100 * expected_share)",
            'order': 'abs(order_share - expected_share) desc, first_digit',
        },
        {
            'flags': ['created_after_order_share'],
            'relation': 'int_customers',
            'where': 'cast(account_created_at as date) > first_paid_date + 1',
            'key': 'customer_id', 'date': 'first_paid_date', 'amount': 'net_revenue_amount',
            'text': "'created ' || strftime(account_created_at, '%Y-%m-%d')",
            'order': 'first_paid_date desc, customer_id',
        },
        {
            'flags': ['older_customer_share'],
            'relation': 'int_customers', 'where': 'has_older_orders',
            'key': 'customer_id', 'date': 'first_paid_date', 'amount': 'net_revenue_amount',
            'text': "printf('%d orders in the log, more by its counter', order_count)",
            'order': 'first_paid_date, customer_id',
        },
        {
            'flags': ['counter_disagreement_share'],
            'relation': 'fct_counter_reconciliation',
            'where': "disagreement_kind <> 'older_history' and order_count > 0",
            'key': 'example_order_id', 'date': undated,
            'amount': "case when counter_name = 'customer_total_spent' then largest_difference end",
            'text': "printf('%s: %d orders, %s', counter_name, order_count, disagreement_kind)",
            'order': 'order_count desc, counter_name, disagreement_kind',
        },
        {
            'flags': ['rejected_row_share'],
            'relation': 'fct_rejected_rows', 'where': "entity = 'orders'",
            'key': "source_file || ' line ' || source_line", 'date': undated, 'amount': no_amount,
            'text': "reason_code || ': ' || coalesce(raw_value, '')",
            'order': 'source_file, source_line',
        },
        {
            'flags': ['history_day_count', 'data_age_days', 'guest_order_share'],
            'relation': 'dim_companies', 'where': 'true',
            'key': 'company_name', 'date': 'last_order_date', 'amount': no_amount,
            'text': "printf('%d orders from ', order_count) || first_order_date"
                ~ " || printf(', %d of them without a customer', guest_order_count)",
            'order': 'company_id',
        },
        {
            'flags': ['data_quality_score'],
            'relation': 'fct_data_quality_parts', 'where': 'true',
            'key': 'part_name', 'date': undated, 'amount': no_amount,
            'text': "printf('%.1f %%, weight %d', 100 * part_share, part_weight)",
            'order': 'part_share, part_number',
        },
        {
            'flags': ['forecast_coverage_80_share', 'forecast_skill'],
            'relation': 'fct_forecast_backtests', 'where': "model_name = 'paidnet'",
            'key': 'cutoff_date', 'date': 'cutoff_date', 'amount': 'actual_total_amount',
            'text': "printf('%d days: %.0f to %.0f forecast', horizon_days, p10_amount, p90_amount)",
            'order': 'horizon_days desc, cutoff_date desc',
        },
        {
            'flags': ['probability_below_year_before'],
            'relation': 'fct_forecast_outlook', 'where': 'true',
            'key': "horizon_days || ' days'", 'date': undated, 'amount': 'year_before_amount',
            'text': "printf('%.0f to %.0f forecast', forecast_p10_amount, forecast_p90_amount)",
            'order': 'horizon_days',
        },
        {
            'flags': ['stock_cover_60_share'],
            'relation': 'fct_stock_cover', 'where': 'is_current and needed_60_amount > 0',
            'key': 'sku', 'date': 'inventory_date', 'amount': 'needed_60_amount',
            'text': "printf('%s: %.0f in stock', product_name, units_on_hand)",
            'order': 'needed_60_amount - covered_60_amount desc, sku',
        },
    ]) }}
{%- endmacro %}
