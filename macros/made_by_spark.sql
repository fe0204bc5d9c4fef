{#-
    The rows of a table that Spark has made (warehouse/spark), as DuckDB reads its files; nothing in
    a build of DuckDB's own. Parquet has no type for a time span: it holds microseconds. Of a table
    by company the folders say whose rows they are.
-#}
{% macro made_by_spark(relation) -%}
    {%- if env_var('PAIDNET_ENGINE', 'duckdb') != 'spark' -%}{{ return('') }}{%- endif -%}
    {%- set folder = env_var('PAIDNET_DATA', 'data') ~ '/build/spark' -%}
    {%- set files = folder ~ '/' ~ relation.schema ~ '.db/' ~ relation.identifier ~ '/**/*.parquet' -%}
    {%- set columns, nulls = [], [] -%}
    {%- for column in model.columns.values() -%}
        {%- set is_span = column.data_type == 'interval' -%}
        {%- set value = 'to_microseconds(' ~ column.name ~ ')' if is_span else column.name -%}
        {%- do columns.append(value ~ ' as ' ~ column.name) -%}
        {%- do nulls.append('cast(null as ' ~ column.data_type ~ ') as ' ~ column.name) -%}
    {%- endfor -%}
    {%- if not run_query("select 1 from glob('" ~ files ~ "') limit 1") | length -%}
        {{ return('select ' ~ nulls | join(', ') ~ ' where false') }}
    {%- endif -%}
    {%- set types = ', hive_types_autocast = false' if is_by_company(model) else '' -%}
    {%- set options = 'hive_partitioning = ' ~ is_by_company(model) | lower ~ types -%}
    {{ return(
        'select ' ~ columns | join(', ') ~ " from read_parquet('" ~ files ~ "', " ~ options ~ ')'
    ) }}
{%- endmacro %}
