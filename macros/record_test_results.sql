{#- Writes the data tests of a dbt run to fct_test_results, over older results of the same
    tests; nothing while that table is not there or no test ran. -#}
{% macro record_test_results(results) -%}
    {{ return(adapter.dispatch('record_test_results', 'paidnet')(results)) }}
{%- endmacro %}

{% macro default__record_test_results(results) %}
{%- if execute -%}
{%- set model = graph.nodes['model.paidnet.fct_test_results'] -%}
{%- set table = adapter.get_relation(model.database, model.schema, model.name) -%}
{%- set tests = results | selectattr('node.resource_type', 'equalto', 'test') | list -%}
{%- if table and tests %}
delete from {{ table }} where test_name in (
    {%- for test in tests %}'{{ test.node.name }}'{{ ', ' if not loop.last }}{% endfor -%}
);
insert into {{ table }} values
{%- for test in tests %}{{ result_row(test) }}{{ ',' if not loop.last }}{% endfor %}
{%- endif -%}
{%- endif -%}
{% endmacro %}

{#- A release that is made of Spark's tables has it: DuckDB's own run writes it. -#}
{% macro spark__record_test_results(results) %}{% endmacro %}
