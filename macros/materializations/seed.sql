{#-
    Loads a seed with DuckDB's own CSV reader instead of dbt's, some thirty times faster:
    the rows become a Parquet file in the build folder, as landed files are, and the seed
    a view of it. Every value is text, with the line it came from; broken lines are kept
    with a reason. Columns named in `column_types` are cast.
-#}
{% materialization seed, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='view') -%}
    {%- if model.original_file_path.startswith('seeds/orders/') and not companies_in_git() -%}
        {% call noop_statement('main', 'left out') %}{% endcall %}
        {% do store_result('agate_table', response='OK', agate_table=run_query('select 1')) %}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- set existing = load_cached_relation(this) -%}
    {% if existing is not none and not existing.is_view %}
        {% do adapter.drop_relation(existing) %}
    {% endif %}
    {%- set source = model.root_path ~ '/' ~ model.original_file_path -%}
    {%- set parquet = seed_path(model.name) -%}
    {% do adapter.store_relation(
        'dbt_plugin', relation, [], parquet, 'parquet', {'source': source}
    ) %}
    {%- set replaced = [] -%}
    {% for column, type in config.get('column_types', {}).items() %}
        {% do replaced.append('cast(' ~ column ~ ' as ' ~ type ~ ') as ' ~ column) %}
    {% endfor %}
    {% call statement('main') -%}
        create or replace view {{ relation }} as
        select
            * {% if replaced %} replace ({{ replaced | join(', ') }}) {% endif %},
            '{{ model.original_file_path }}' as source_file
        from ({{ raw_rows(parquet) }})
    {%- endcall %}
    {%- set sample = run_query('from ' ~ relation ~ ' limit 1') -%}
    {% do store_result('agate_table', response='OK', agate_table=sample) %}
    {% do adapter.commit() %}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
