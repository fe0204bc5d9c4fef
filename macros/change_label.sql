{#- A change with the range that chance leaves it: -12.1 % (-18.0 % to -5.6 %); null of null. -#}
{% macro change_label(change, low, high) -%}
    {{ measure_label(change, "'change'", 'null') }}
    || ' (' || {{ measure_label(low, "'change'", 'null') }}
    || ' to ' || {{ measure_label(high, "'change'", 'null') }}
    || if({{ low }} <= 0 and {{ high }} >= 0, ', within chance)', ')')
{%- endmacro %}
