{#- Whether Spark writes a table in a folder per company: a mart whose rows name theirs. -#}
{% macro is_by_company(model) -%}
    {{ return(model.fqn[1] == 'marts' and 'company_id' in model.columns) }}
{%- endmacro %}
