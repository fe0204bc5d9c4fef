{#- The columns of a relation's row by their names, for `field`. -#}
{% macro fields_of(relation) -%}
    {{ return(adapter.dispatch('fields_of', 'paidnet')(relation)) }}
{%- endmacro %}

{% macro default__fields_of(relation) -%}
    to_json({{ relation }})
{%- endmacro %}

{% macro spark__fields_of(relation) -%}
    from_json(to_json(struct({{ relation }}.*)), 'map<string, string>')
{%- endmacro %}
