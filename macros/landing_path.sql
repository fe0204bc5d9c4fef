{#- The folder that holds the landed files of an entity; a build sets its own (warehouse/snapshot.py). -#}
{% macro landing_path(entity) -%}
    {{ env_var('PAIDNET_LANDING', env_var('PAIDNET_DATA', 'data') ~ '/landing') }}/{{ entity }}
{%- endmacro %}
