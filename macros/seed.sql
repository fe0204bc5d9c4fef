{#-
    Loads a seed with DuckDB's own CSV reader instead of dbt's: a million rows in a
    second or two, every value as text, with the line it came from; broken lines are
    kept with a reason. Columns named in `column_types` are cast.
-#}
{% materialization seed, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='table') -%}
    {%- set path = model.root_path ~ '/' ~ model.original_file_path -%}
    {%- set read = "select read_raw_file('" ~ path | replace("'", "''") ~ "')" -%}
    {%- set parquet = run_query(read).columns[0].values()[0] -%}
    {% if parquet.startswith('error: ') %}
        {% do exceptions.raise_compiler_error(parquet[7:]) %}
    {% endif %}
    {%- set replaced = [] -%}
    {% for column, type in config.get('column_types', {}).items() %}
        {% do replaced.append('cast(' ~ column ~ ' as ' ~ type ~ ') as ' ~ column) %}
    {% endfor %}
    {% call statement('main') -%}
        create or replace table {{ relation }} as
        select
            * {% if replaced %} replace ({{ replaced | join(', ') }}) {% endif %},
            '{{ model.original_file_path }}' as source_file
        from read_parquet('{{ parquet }}')
    {%- endcall %}
    {% do run_query("select drop_raw_file('" ~ parquet ~ "')") %}
    {%- set sample = run_query('from ' ~ relation ~ ' limit 1') -%}
    {% do store_result('agate_table', response='OK', agate_table=sample) %}
    {% do adapter.commit() %}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
