{#- Text as a whole number; null for 1.5, which a plain cast would round to 2. -#}
{% macro whole_number(column) -%}
    {{ return(adapter.dispatch('whole_number', 'paidnet')(column)) }}
{%- endmacro %}

{% macro default__whole_number(column) -%}
    case
        when try_cast({{ column }} as bigint) = try_cast({{ column }} as double)
            then try_cast({{ column }} as bigint)
    end
{%- endmacro %}

{% macro spark__whole_number(column) -%}
    case
        when try_cast({{ column }} as decimal(38, 10)) = floor(try_cast({{ column }} as decimal(38, 10)))
            then try_cast(try_cast({{ column }} as decimal(38, 10)) as bigint)
    end
{%- endmacro %}
