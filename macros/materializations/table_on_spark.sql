{#-
    A table is Parquet files in the build's folder, of a mart with companies a folder for each, so
    that a company's rows can be read alone. Its contract is checked before it is made. A company's
    rows are brought together before they are written, in one file if they are not many.
-#}
{% materialization table, adapter='spark' %}
    {%- set relation = this.incorporate(type='table') -%}
    {%- set by_company = is_by_company(model) -%}
    {% do drop_relation_if_exists(load_cached_relation(this)) %}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        create table {{ relation }} using parquet
        {% if by_company -%} partitioned by (company_id) {%- endif %}
        {{ get_assert_columns_equivalent(compiled_code) }}
        as {% if by_company -%} select /*+ rebalance(company_id) */ * from ( {%- endif %}
        {{ get_select_subquery(compiled_code) }}
        {%- if by_company %} ) {%- endif %}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}
