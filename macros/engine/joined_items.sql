{#- What is made of each item of a list, parted by commas; it calls an item `item`. -#}
{% macro joined_items(list, value) -%}
    {{ return(adapter.dispatch('joined_items', 'paidnet')(list, value)) }}
{%- endmacro %}

{% macro default__joined_items(list, value) -%}
    array_to_string(list_transform({{ list }}, lambda item: {{ value }}), ', ')
{%- endmacro %}

{% macro spark__joined_items(list, value) -%}
    array_join(transform({{ list }}, item -> {{ value }}), ', ')
{%- endmacro %}
