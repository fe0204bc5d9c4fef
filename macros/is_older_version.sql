{#- Whether a usable row is superseded by another row of the same key, uploaded later. -#}
{% macro is_older_version(key) -%}
    is_usable
    and row_number() over (
        partition by company_id, {{ key }}, is_usable
        order by
            coalesce(exported_at, landed_at) desc nulls last, landed_at desc nulls last,
            source_file desc, source_line desc
    ) > 1
{%- endmacro %}
