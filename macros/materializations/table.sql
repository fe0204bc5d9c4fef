{#-
    Writes a table in its place. dbt's own way, to build it beside the old one, to swap both and
    to remove the old one, protects readers that a build does not have: releases are what is read. A table
    that Spark has made is taken as it is.
-#}
{% materialization table, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='table') -%}
    {% do drop_relation_if_exists(load_cached_relation(this)) %}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {{ create_table_as(false, relation, made_by_spark(relation) or compiled_code) }}
    {%- endcall %}
    {% do create_indexes(relation) %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
