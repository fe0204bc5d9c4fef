{#-
    The objects of JSON Lines files, with the columns their source declares; of a glob that matches
    no file, no rows (DuckDB refuses it). A line that is cut short has no value at all.
-#}
{% macro json_rows(source_name, table, files) -%}
    {{ return(adapter.dispatch('json_rows', 'paidnet')(source_name, table, files)) }}
{%- endmacro %}

{% macro default__json_rows(source_name, table, files) %}
{%- set relation = source(source_name, table) -%}
{%- set nulls, types = [], [] -%}
{%- if execute -%}
    {%- for node in graph.sources.values() if node.source_name == source_name and node.name == table -%}
        {%- for column in node.columns.values() -%}
            {%- do nulls.append('cast(null as ' ~ column.data_type ~ ') as ' ~ column.name) -%}
            {%- do types.append("'" ~ column.name ~ "': '" ~ column.data_type ~ "'") -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endif -%}
{%- if execute and run_query("select 1 from glob('" ~ files ~ "')") | length -%}
select * from read_json(
    '{{ files }}', format = 'newline_delimited', ignore_errors = true,
    columns = {{ '{' ~ types | join(', ') ~ '}' }}
)
{%- else -%}
select {{ nulls | join(', ') or 'null as company_id' }} where false
{%- endif -%}
{% endmacro %}

{% macro spark__json_rows(source_name, table, files) %}
    {{ return(rows_of_files(source_name, table, [files], 'json')) }}
{% endmacro %}
