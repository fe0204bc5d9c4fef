{#- Values by a pattern of printf, given as SQL; null when one of them is, where Spark would write
    the word. Engines round halves apart: what has decimals comes rounded (rounded.sql). -#}
{% macro printed(pattern, values) -%}
    {{ return(adapter.dispatch('printed', 'paidnet')(pattern, values)) }}
{%- endmacro %}

{% macro default__printed(pattern, values) -%}
    printf({{ ([pattern] + values) | join(', ') }})
{%- endmacro %}

{% macro spark__printed(pattern, values) -%}
    case
        when ({{ values | join(') is not null and (') }}) is not null
            then printf({{ ([pattern] + values) | join(', ') }})
    end
{%- endmacro %}
