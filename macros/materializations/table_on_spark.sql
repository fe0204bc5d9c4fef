{#- A table is Parquet files in the build's folder. Its contract is checked before it is made. -#}
{% materialization table, adapter='spark' %}
    {%- set relation = this.incorporate(type='table') -%}
    {% do drop_relation_if_exists(load_cached_relation(this)) %}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        create table {{ relation }} using parquet
        {{ get_assert_columns_equivalent(compiled_code) }}
        as {{ get_select_subquery(compiled_code) }}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
