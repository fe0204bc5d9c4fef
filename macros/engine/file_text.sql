{#- The text of a small file. -#}
{% macro file_text(path) -%}
    {{ return(adapter.dispatch('file_text', 'paidnet')(path)) }}
{%- endmacro %}

{% macro default__file_text(path) -%}
    {%- set text = run_query("select content from read_text('" ~ path ~ "')") -%}
    {{ return(text.columns[0].values()[0]) }}
{%- endmacro %}

{#- Of the copy in the build's folder: Spark sees no file whose name begins with _. -#}
{% macro spark__file_text(path) -%}
    {%- set name = (path.split('/') | last).lstrip('_') -%}
    {%- set copy = absolute_path(seed_path('any').rsplit('/', 1)[0]) ~ '/' ~ name -%}
    {%- set text = run_query('select cast(content as string) from binaryFile.`' ~ copy ~ '`') -%}
    {{ return(text.columns[0].values()[0]) }}
{%- endmacro %}
