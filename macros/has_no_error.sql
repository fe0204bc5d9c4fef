{#- Whether a row is well formed and no `<column>_error` of the contract's holds a reason. -#}
{% macro has_no_error(rules) -%}
    coalesce(malformed_reason
    {%- for column in rules %}, {{ column }}_error {%- endfor %}) is null
{%- endmacro %}
