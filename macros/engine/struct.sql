{#- A value of several named fields, given as SQL. -#}
{% macro struct(fields) -%}
    {{ return(adapter.dispatch('struct', 'paidnet')(fields)) }}
{%- endmacro %}

{% macro default__struct(fields) -%}
    {
        {%- for name, value in fields.items() %}'{{ name }}': {{ value }}{{ ', ' if not loop.last }}{% endfor -%}
    }
{%- endmacro %}

{% macro spark__struct(fields) -%}
    named_struct(
        {%- for name, value in fields.items() %}'{{ name }}', {{ value }}{{ ', ' if not loop.last }}{% endfor -%}
    )
{%- endmacro %}
