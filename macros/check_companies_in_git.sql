{#-
    Stops a run in which a file of seeds/orders has no line in `companies_in_git`, or a further
    file of a company is plain CSV, which dbt takes for a seed.
-#}
{% macro check_companies_in_git() %}
    {%- set named = var('companies_in_git') | map(attribute='company_id') | list -%}
    {%- for node in graph.get('nodes', {}).values() -%}
        {%- set place = node.original_file_path.split('/') -%}
        {%- if place[:2] == ['seeds', 'orders'] and place | length > 3 -%}
            {{ exceptions.raise_compiler_error(
                node.original_file_path ~ " is no file of orders: plain CSV in seeds/orders is."
                ~ " Pack it, as " ~ node.original_file_path ~ ".gz"
            ) }}
        {%- elif place[:2] == ['seeds', 'orders'] and node.name not in named -%}
            {{ exceptions.raise_compiler_error(
                node.original_file_path ~ " has no line in dbt_project.yml. Add under vars,"
                ~ " companies_in_git:\n    - {company_id: " ~ node.name ~ ", company_name: "
                ~ node.name | capitalize ~ ", time_zone: UTC, currency: USD, country: US,"
                ~ " repeat_policy: latest}"
            ) }}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
