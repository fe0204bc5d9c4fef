{#- Stops a run in which a file of seeds/orders has no line in `companies_in_git`. -#}
{% macro check_companies_in_git() %}
    {%- set named = var('companies_in_git') | map(attribute='company_id') | list -%}
    {%- for node in graph.get('nodes', {}).values() -%}
        {%- if node.original_file_path.startswith('seeds/orders/') and node.name not in named -%}
            {{ exceptions.raise_compiler_error(
                node.original_file_path ~ " has no line in dbt_project.yml. Add under vars,"
                ~ " companies_in_git:\n    - {company_id: " ~ node.name ~ ", company_name: "
                ~ node.name | capitalize ~ ", time_zone: UTC, currency: USD, country: US,"
                ~ " repeat_policy: latest}"
            ) }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
