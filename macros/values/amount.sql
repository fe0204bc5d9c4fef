{#- Text as an amount of money; null when it is none (DuckDB would read 1_000 as 1000). -#}
{% macro amount(column) -%}
    case
        when not contains({{ column }}, '_') then try_cast({{ column }} as decimal(18, 2))
    end
{%- endmacro %}
