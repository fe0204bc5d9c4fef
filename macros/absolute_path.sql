{#- A path from the project's folder on, or an address such as s3://…, as it stands. -#}
{% macro absolute_path(path) -%}
    {%- set is_absolute = path.startswith('/') or '://' in path -%}
    {{ return(path if is_absolute else (invocation_args_dict.project_dir or '.') ~ '/' ~ path) }}
{%- endmacro %}
