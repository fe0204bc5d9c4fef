{#-
    The folder that holds the landed files of an entity; a build sets its own (warehouse/snapshot.py).
    The environment is read when a model is built: another folder does not make dbt parse it anew.
-#}
{% macro landing_path(entity) -%}
    {%- set data = env_var('PAIDNET_DATA', 'data') if execute else 'data' -%}
    {{ env_var('PAIDNET_LANDING', data ~ '/landing') if execute else data ~ '/landing' }}/{{ entity }}
{%- endmacro %}
