{#- The product of the factors of a window. -#}
{% macro running_product(factor, window) -%}
    {{ return(adapter.dispatch('running_product', 'paidnet')(factor, window)) }}
{%- endmacro %}

{% macro default__running_product(factor, window) -%}
    product({{ factor }}) over {{ window }}
{%- endmacro %}

{% macro spark__running_product(factor, window) -%}
    aggregate(
        collect_list({{ factor }}) over {{ window }}, cast(1 as double), (made, next) -> made * next
    )
{%- endmacro %}
