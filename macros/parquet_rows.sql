{#-
    The rows of Parquet files, with the columns their source declares whether or not the
    files have them; no rows while there is no file (DuckDB refuses a glob that matches
    none).
-#}
{% macro parquet_rows(source_name, table, files) %}
{%- set relation = source(source_name, table) -%}
{%- set contract = [] -%}
{%- set found = 0 -%}
{%- if execute -%}
    {%- for node in graph.sources.values() if node.source_name == source_name and node.name == table -%}
        {%- for column in node.columns.values() -%}
            {%- do contract.append('cast(null as ' ~ column.data_type ~ ') as ' ~ column.name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set found = run_query("select count(*) from glob('" ~ files ~ "')").columns[0].values()[0] -%}
{%- endif -%}
select {{ contract | join(', ') or 'null as company_id' }} where false
{%- if found %}
union all by name
select * from read_parquet('{{ files }}', union_by_name = true, hive_partitioning = false)
{%- endif %}
{% endmacro %}
