{#- The folder that holds the landed files of an entity. -#}
{% macro landing_path(entity) -%}
    {{ env_var('PAIDNET_DATA', 'data') }}/landing/{{ entity }}
{%- endmacro %}
