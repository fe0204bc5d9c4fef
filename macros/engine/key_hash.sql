{#- A hash of some columns, of 64 bits, to find few rows among many. Its value is the engine's own. -#}
{% macro key_hash(columns) -%}
    {{ return(adapter.dispatch('key_hash', 'paidnet')(columns)) }}
{%- endmacro %}

{% macro default__key_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__key_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}
