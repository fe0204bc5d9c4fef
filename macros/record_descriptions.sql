{#- Writes what the yml says of them to the models that a run has made, and to their columns:
    whoever opens the file sees it. -#}
{% macro record_descriptions(results) -%}
    {{ return(adapter.dispatch('record_descriptions', 'paidnet')(results)) }}
{%- endmacro %}

{% macro default__record_descriptions(results) %}
{%- if execute and not env_var('PAIDNET_IS_DESCRIBED', '') -%}
{%- for result in results if result.node.resource_type == 'model' and result.status == 'success' %}
{%- set node = result.node %}
comment on {{ node.config.materialized }} {{ node.relation_name }}
is {{ dbt.string_literal(node.description | replace("'", "''") | trim) }};
{%- for column in node.columns.values() %}
comment on column {{ node.relation_name }}.{{ adapter.quote(column.name) }}
is {{ dbt.string_literal(column.description | replace("'", "''") | trim) }};
{%- endfor %}
{%- endfor %}
{%- endif -%}
{% endmacro %}

{#- A release that is made of Spark's tables has it: DuckDB's own run writes it. -#}
{% macro spark__record_descriptions(results) %}{% endmacro %}
