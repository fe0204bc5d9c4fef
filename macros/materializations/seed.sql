{#-
    Loads a seed with ingestion's reader instead of dbt's, some thirty times faster: the rows
    become a Parquet file in the build folder, and the seed a view of it. A file of
    seeds/orders is read as an upload is, and with it the other files of its company, in the
    folder beside it (macros/landed.sql reads what they give, an entity at a time). Of other
    seeds every value is text; columns named in `column_types` are cast.
-#}
{% materialization seed, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='view') -%}
    {%- set is_company = model.original_file_path.startswith('seeds/orders/') -%}
    {%- set company = companies_in_git() | selectattr('company_id', 'eq', model.name) | first -%}
    {%- if is_company and not company -%}
        {% call noop_statement('main', 'left out') %}{% endcall %}
        {% do store_result('agate_table', response='OK', agate_table=run_query('select 1')) %}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- set existing = load_cached_relation(this) -%}
    {% if existing is not none and not existing.is_view %}
        {% do adapter.drop_relation(existing) %}
    {% endif %}
    {%- set source = model.root_path ~ '/' ~ model.original_file_path -%}
    {%- set parquet = seed_path(model.name, 'orders' if is_company else 'reference') -%}
    {% do adapter.store_relation('dbt_plugin', relation, [], parquet, 'parquet', {
        'source': source,
        'source_file': model.original_file_path,
        'company': company if is_company else none
    }) %}
    {%- set replaced = [] -%}
    {% for column, type in config.get('column_types', {}).items() %}
        {% do replaced.append('cast(' ~ column ~ ' as ' ~ type ~ ') as ' ~ column) %}
    {% endfor %}
    {% call statement('main') -%}
        create or replace view {{ relation }} as
        select * {% if replaced %} replace ({{ replaced | join(', ') }}) {% endif %}
        from read_parquet('{{ parquet | replace("'", "''") }}')
    {%- endcall %}
    {%- set sample = run_query('from ' ~ relation ~ ' limit 1') -%}
    {% do store_result('agate_table', response='OK', agate_table=sample) %}
    {% do adapter.commit() %}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
