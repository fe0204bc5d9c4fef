{#-
    On Spark a seed is a view of the Parquet file that ingestion's reader made of it before dbt
    began (warehouse/spark/inputs.py); see seed.sql.
-#}
{% materialization seed, adapter='spark' %}
    {%- set relation = this.incorporate(type='view') -%}
    {%- if model.original_file_path.startswith('seeds/orders/') -%}
        {#- landed(entity) reads what the files of a company gave. -#}
        {% call noop_statement('main', 'read by landed()') %}{% endcall %}
        {% do store_result('agate_table', response='OK', agate_table=run_query('select 1')) %}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- set types = config.get('column_types', {}) -%}
    {%- set file = absolute_path(seed_path(model.name)) -%}
    {%- set columns = [] -%}
    {%- for column in get_columns_in_query('select * from parquet.`' ~ file ~ '`') -%}
        {%- do columns.append(
            'cast(' ~ column ~ ' as ' ~ engine_type(types.get(column, 'varchar')) ~ ') as ' ~ column
        ) -%}
    {%- endfor -%}
    {% do adapter.create_schema(relation) %}
    {% call statement('main') -%}
        create or replace view {{ relation }} as
        select {{ columns | join(', ') }} from parquet.`{{ file }}`
    {%- endcall %}
    {%- set sample = run_query('select * from ' ~ relation ~ ' limit 1') -%}
    {% do store_result('agate_table', response='OK', agate_table=sample) %}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
