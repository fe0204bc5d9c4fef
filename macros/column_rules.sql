{#-
    The validated columns of an entity and the `meta` of each, from the contract; none while
    dbt only parses. Read from its file, as unit tests have no `graph`.
-#}
{% macro column_rules(entity) -%}
    {%- set rules = {} -%}
    {%- if execute -%}
        {%- set file = 'models/staging/shop/_landing__sources.yml' -%}
        {%- set tables = fromyaml(file_text(file)).sources[0].tables -%}
        {%- set table = tables | selectattr('name', 'eq', entity) | first -%}
        {%- for column in table.columns if column.get('config', {}).get('meta', {}).get('kind') -%}
            {%- do rules.update({column.name: column.config.meta}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(rules) }}
{%- endmacro %}
