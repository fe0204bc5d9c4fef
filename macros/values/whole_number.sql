{#- Text as a whole number; null for 1.5, which a plain cast would round to 2. -#}
{% macro whole_number(column) -%}
    case
        when try_cast({{ column }} as bigint) = try_cast({{ column }} as double)
            then try_cast({{ column }} as bigint)
    end
{%- endmacro %}
