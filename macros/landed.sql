{#- The landed rows of an entity, all text; no rows while nothing has landed. -#}
{% macro landed(entity) %}
{{- parquet_rows('landing', entity, landing_path(entity) ~ '/**/*.parquet') -}}
{% endmacro %}
