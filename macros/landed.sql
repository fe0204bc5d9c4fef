{#-
    The landed rows of an entity, all text, with the contract's columns whether or not
    the files have them; no rows while nothing has landed (DuckDB refuses a glob that
    matches no file).
-#}
{% macro landed(entity) %}
{%- set relation = source('landing', entity) -%}
{%- set files = "'" ~ landing_path(entity) ~ "/**/*.parquet'" -%}
{%- set contract = [] -%}
{%- set found = 0 -%}
{%- if execute -%}
    {%- for node in graph.sources.values() if node.source_name == 'landing' and node.name == entity -%}
        {%- for column in node.columns.values() -%}
            {%- do contract.append('cast(null as ' ~ column.data_type ~ ') as ' ~ column.name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set found = run_query('select count(*) from glob(' ~ files ~ ')').columns[0].values()[0] -%}
{%- endif -%}
select {{ contract | join(', ') or 'null as company_id' }} where false
{%- if found %}
union all by name
select * from read_parquet({{ files }}, union_by_name = true, hive_partitioning = false)
{%- endif %}
{% endmacro %}
