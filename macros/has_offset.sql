{#- Whether the text of a timestamp ends in an offset, so that it needs no time zone. -#}
{% macro has_offset(column) -%}
    regexp_matches(substr(trim({{ column }}), 11), '[+-]|[zZ]$|UTC$')
{%- endmacro %}
