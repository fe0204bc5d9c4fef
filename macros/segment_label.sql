{#- A segment in words, as people read it. -#}
{% macro segment_label(segment) -%}
    upper(substr({{ segment }}, 1, 1)) || replace(substr({{ segment }}, 2), '_', ' ')
{%- endmacro %}
