{#- The names of the time zones that the engine can convert, as a subquery; Spark lists none, so
    there those of the companies that Python's library knows (warehouse/spark/inputs.py). -#}
{% macro known_time_zones() -%}
    {{ return(adapter.dispatch('known_time_zones', 'paidnet')()) }}
{%- endmacro %}

{% macro default__known_time_zones() -%}
    (select zones.name from pg_timezone_names() as zones)
{%- endmacro %}

{% macro spark__known_time_zones() -%}
    (select zones.time_zone
    from parquet.`{{ absolute_path(seed_path('offset_changes')) }}` as zones)
{%- endmacro %}
