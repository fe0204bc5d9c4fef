{#-
    Text with an offset as a UTC timestamp. DuckDB refuses a space before the offset, as
    Shopify writes it, and an offset without seconds before it: these are read again.
-#}
{% macro utc_clock(column) -%}
    timezone('UTC', coalesce(
        try_cast({{ column }} as timestamptz),
        try_cast(
            regexp_replace(
                regexp_replace(trim({{ column }}), ' +([+-]\d)', '\1'),
                '([ T]\d+:\d+)( UTC|Z|[+-])', '\1:00\2'
            ) as timestamptz
        )
    ))
{%- endmacro %}
