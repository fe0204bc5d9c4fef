{#- Whether a row is well formed and none of its `<column>_fault`s holds a reason. -#}
{% macro has_no_fault(columns) -%}
    coalesce(malformed_reason, {{ columns | join('_fault, ') }}_fault) is null
{%- endmacro %}
