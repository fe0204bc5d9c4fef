{#- The Parquet file of the rows of a seed; what a company's files give has a folder an entity. -#}
{% macro seed_path(name, entity='reference') -%}
    {%- set data = env_var('PAIDNET_DATA', 'data') if execute else 'data' -%}
    {{ data }}/build/seeds/{{ entity }}/{{ name }}.parquet
{%- endmacro %}
