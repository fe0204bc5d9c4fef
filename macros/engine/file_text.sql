{#- The text of a small file. -#}
{% macro file_text(path) -%}
    {{ return(adapter.dispatch('file_text', 'paidnet')(path)) }}
{%- endmacro %}

{% macro default__file_text(path) -%}
    {%- set text = run_query("select content from read_text('" ~ path ~ "')") -%}
    {{ return(text.columns[0].values()[0]) }}
{%- endmacro %}

{% macro spark__file_text(path) -%}
    {%- set lines = run_query('select value from text.`' ~ absolute_path(path) ~ '`') -%}
    {{ return(lines.columns[0].values() | join('\n')) }}
{%- endmacro %}
