{#-
    The companies kept in git; none where the environment's PAIDNET_COMPANIES_IN_GIT is 0.
    The environment is read when a model is built, not when it is parsed: a change of it does
    not make dbt parse the project anew.
-#}
{% macro companies_in_git() -%}
    {%- set is_off = execute and env_var('PAIDNET_COMPANIES_IN_GIT', '1') == '0' -%}
    {{ return([] if is_off else var('companies_in_git')) }}
{%- endmacro %}
