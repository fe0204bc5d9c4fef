{%- set data = env_var('PAIDNET_DATA', 'data') if execute else 'data' -%}
{%- set files = data ~ '/build/previous/companies.parquet' -%}
with

company_rows as (
    {{ parquet_rows('release', 'companies', [files]) }}
),

final as (
    select
        company_id,
        released_at,
        verdict,
        flag_ids
    from company_rows
)

select * from final
