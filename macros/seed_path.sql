{#- The Parquet file that holds the rows of a seed. -#}
{% macro seed_path(name) -%}
    {{ env_var('PAIDNET_DATA', 'data') }}/build/seeds/{{ name }}.parquet
{%- endmacro %}
