{{ config(post_hook="{{ create_company_label(this) }}") }}

with

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

order_rows as (
    select * from {{ ref('base_shop__orders_validated') }}
),

superseded as (
    select * from {{ ref('stg_shop__orders__superseded') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

windows as (
    select * from {{ ref('int_trailing_windows') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

dated_refunds as (
    select * from {{ ref('int_dated_refunds') }}
),

row_counts as (
    select
        company_id,
        count(*) as raw_row_count,
        count(*) filter (where not is_usable) as rejected_row_count,
        max(landed_at) as last_landed_at
    from order_rows
    group by all
),

superseded_counts as (
    select
        company_id,
        count(*) as superseded_row_count
    from superseded
    group by all
),

logs as (
    select
        company_id,
        count(*) as order_count,
        count(*) filter (where is_paid) as paid_order_count,
        count(*) filter (where customer_id is null) as guest_order_count,
        count(*) filter (where is_paid and tax_amount is null)
            as order_without_tax_count,
        count(*) filter (where is_paid and shipping_amount is null)
            as order_without_shipping_count
    from orders
    where is_refund_without_order is not true
    group by all
),

-- A stray wrong counter is not a cut log: 1 % of the counted customers must show it.
histories as (
    select
        company_id,
        count(*) as customer_count,
        count(*) filter (where has_older_orders) as older_customer_count,
        count(*) filter (where has_older_orders)
        >= 0.01 * nullif(count(*) filter (where has_reported_counters), 0)
        and bool_or(has_older_orders) as history_is_truncated
    from customers
    group by all
),

final as (
    select
        companies.company_id,
        companies.company_name,
        companies.time_zone,
        companies.currency,
        companies.country,
        companies.repeat_policy,
        companies.convert_currencies,
        companies.revenue_includes_tax,
        companies.revenue_includes_shipping,
        companies.lead_time_day_count,
        companies.mapping,
        companies.is_in_git,
        windows.first_order_date,
        windows.last_order_date,
        windows.has_partial_first_day,
        windows.has_partial_last_day,
        windows.as_of_date,
        coalesce(logs.order_count, 0) as order_count,
        coalesce(logs.paid_order_count, 0) as paid_order_count,
        coalesce(logs.guest_order_count, 0) as guest_order_count,
        coalesce(logs.order_without_tax_count, 0) as order_without_tax_count,
        coalesce(logs.order_without_shipping_count, 0) as order_without_shipping_count,
        coalesce(histories.customer_count, 0) as customer_count,
        coalesce(histories.older_customer_count, 0) as older_customer_count,
        coalesce(histories.history_is_truncated, false) as history_is_truncated,
        dated_refunds.company_id is not null as has_dated_refunds,
        coalesce(row_counts.raw_row_count, 0) as raw_row_count,
        coalesce(row_counts.rejected_row_count, 0) as rejected_row_count,
        coalesce(superseded_counts.superseded_row_count, 0) as superseded_row_count,
        row_counts.last_landed_at
    from companies
    {% for facts in [
        'windows', 'logs', 'histories', 'row_counts', 'superseded_counts', 'dated_refunds',
    ] %}
        left join {{ facts }}
            on companies.company_id = {{ facts }}.company_id
    {% endfor %}
)

select * from final
