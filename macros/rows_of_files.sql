{#-
    On Spark: the rows of files as those of tables over their folders, which have the columns that
    the source declares: of a file that lacks one it is null. Such a table is made when a model is
    built, reads what its folder holds then, and may be read by views.
-#}
{% macro rows_of_files(source_name, table, globs, format) -%}
    {%- set relation = source(source_name, table) -%}
    {%- set columns, nulls, places = [], [], {} -%}
    {%- if execute -%}
        {%- for node in graph.sources.values()
            if node.source_name == source_name and node.name == table -%}
            {%- for column in node.columns.values() -%}
                {%- set type = engine_type(column.data_type) -%}
                {%- do columns.append(column.name ~ ' ' ~ type) -%}
                {%- do nulls.append('cast(null as ' ~ type ~ ') as ' ~ column.name) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for glob in globs -%}
            {%- set parts = glob.split('/') -%}
            {%- set folder = glob.split('*')[0].rsplit('/', 1)[0] -%}
            {%- do places.setdefault(absolute_path(folder), []).append(parts | last) -%}
        {%- endfor -%}
        {%- do adapter.create_schema(relation) if places -%}
    {%- endif -%}
    {%- if not places -%}
        select {{ nulls | join(', ') or 'null as company_id' }} where false
    {%- endif -%}
    {%- for folder, names in places.items() -%}
        {%- set files = relation ~ '_in_' ~ loop.index -%}
        {%- do run_query('drop table if exists ' ~ files) -%}
        {%- do run_query(
            'create table ' ~ files ~ ' (' ~ columns | join(', ') ~ ') using ' ~ format
            ~ " options (recursiveFileLookup 'true', pathGlobFilter '{" ~ names | join(',')
            ~ "}') location '" ~ folder ~ "'"
        ) %}
        {{ 'union all ' if not loop.first }}select * from {{ files }}
    {%- endfor -%}
{%- endmacro %}
