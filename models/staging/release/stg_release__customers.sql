{%- set data = env_var('PAIDNET_DATA', 'data') if execute else 'data' -%}
{%- set files = data ~ '/build/previous/customers.parquet' -%}
with

customer_rows as (
    {{ parquet_rows('release', 'customers', [files]) }}
),

final as (
    select
        company_id,
        customer_id,
        customer_segment
    from customer_rows
)

select * from final
