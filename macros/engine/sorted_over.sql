{#- The values of two windows, which have no nulls, as one list from the lowest to the highest. -#}
{% macro sorted_over(value, window, other) -%}
    {{ return(adapter.dispatch('sorted_over', 'paidnet')(value, window, other)) }}
{%- endmacro %}

{% macro default__sorted_over(value, window, other) -%}
    list_sort(
        list_concat(list({{ value }}) over {{ window }}, list({{ value }}) over {{ other }})
    )
{%- endmacro %}

{% macro spark__sorted_over(value, window, other) -%}
    array_sort(
        concat(
            collect_list({{ value }}) over {{ window }},
            collect_list({{ value }}) over {{ other }}
        )
    )
{%- endmacro %}
