{#- Text as a whole number; null for 1.5, which a plain cast would round to 2, and for 1_000. -#}
{% macro whole_number(column) -%}
    {{ return(adapter.dispatch('whole_number', 'paidnet')(column)) }}
{%- endmacro %}

{% macro default__whole_number(column) -%}
    case
        when
            not contains({{ column }}, '_')
            and try_cast({{ column }} as bigint) = try_cast({{ column }} as double)
            then try_cast({{ column }} as bigint)
    end
{%- endmacro %}

{#- Its bigint is of digits alone: 1e3 and 5.0 go through a decimal. -#}
{% macro spark__whole_number(column) -%}
    {%- set whole -%}
        try_cast(round({{ decimal_number(column, 38, 18) }}) as bigint)
    {%- endset -%}
    case
        when cast({{ whole }} as double) = try_cast({{ column }} as double) then {{ whole }}
    end
{%- endmacro %}
