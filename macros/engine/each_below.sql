{#- One row for each of 0, 1, … below a number. It stands alone in its select: no cast or sum is
    around it. -#}
{% macro each_below(number) -%}
    {{ return(adapter.dispatch('each_below', 'paidnet')(number)) }}
{%- endmacro %}

{% macro default__each_below(number) -%}
    unnest(range({{ number }}))
{%- endmacro %}

{% macro spark__each_below(number) -%}
    explode(if(
        {{ number }} > 0, sequence(cast(0 as bigint), cast({{ number }} as bigint) - 1), array()
    ))
{%- endmacro %}
