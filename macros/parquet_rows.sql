{#-
    The rows of Parquet files, with the columns their source declares whether or not the
    files have them; of globs that match no file, no rows.
-#}
{% macro parquet_rows(source_name, table, globs) -%}
    {{ return(adapter.dispatch('parquet_rows', 'paidnet')(source_name, table, globs)) }}
{%- endmacro %}

{% macro default__parquet_rows(source_name, table, globs) %}
{%- set relation = source(source_name, table) -%}
{%- set contract = [] -%}
{%- set found = [] -%}
{#- DuckDB refuses a glob that matches no file. -#}
{%- if execute -%}
    {%- for node in graph.sources.values() if node.source_name == source_name and node.name == table -%}
        {%- for column in node.columns.values() -%}
            {%- do contract.append('cast(null as ' ~ column.data_type ~ ') as ' ~ column.name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for files in globs if run_query("select 1 from glob('" ~ files ~ "') limit 1") | length -%}
        {%- do found.append("'" ~ files ~ "'") -%}
    {%- endfor -%}
{%- endif -%}
select {{ contract | join(', ') or 'null as company_id' }} where false
{%- if found %}
union all by name
select * from read_parquet([{{ found | join(', ') }}], union_by_name = true, hive_partitioning = false)
{%- endif %}
{% endmacro %}

{% macro spark__parquet_rows(source_name, table, globs) %}
    {{ return(rows_of_files(source_name, table, globs, 'parquet')) }}
{% endmacro %}
