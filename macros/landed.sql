{#-
    The rows of an entity, all text: those that landed, and what the files of seeds/orders gave;
    none while there are none.
-#}
{% macro landed(entity) %}
{%- set files = [landing_path(entity) ~ '/**/*.parquet'] -%}
{%- for company in companies_in_git() if entity in entities() + ['uploads'] -%}
    {#- The seed of the orders writes the files of all entities: it comes first. -#}
    {%- set seed = ref(company.company_id) -%}
    {%- do files.append(seed_path(company.company_id, entity)) -%}
{%- endfor -%}
{{- parquet_rows('landing', entity, files) -}}
{% endmacro %}
