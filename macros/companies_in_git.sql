{#-
    The companies kept in git that are built: all, none where the environment's
    PAIDNET_COMPANIES_IN_GIT is 0, or those that it names (warehouse/fingerprint.py says the same).
    The environment is read when a model is built, not when it is parsed: a change of it does
    not make dbt parse the project anew.
-#}
{% macro companies_in_git() -%}
    {%- set chosen = env_var('PAIDNET_COMPANIES_IN_GIT', '1') if execute else '1' -%}
    {%- set all = var('companies_in_git') -%}
    {{ return(
        all if chosen == '1' else
        all | selectattr('company_id', 'in', chosen.split(',')) | list
    ) }}
{%- endmacro %}
