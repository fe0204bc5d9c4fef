{#- A status as seeds/reference/order_statuses.csv writes it: lower case, words joined by _. -#}
{% macro normalised_status(column) -%}
    replace(replace(lower({{ column }}), ' ', '_'), '-', '_')
{%- endmacro %}
