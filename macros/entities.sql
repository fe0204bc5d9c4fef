{#- Everything a company may send: the tables of the source `landing` but its settings. -#}
{% macro entities() -%}
    {{ return([
        'orders', 'refunds', 'order_items', 'products', 'customers', 'payments', 'channels',
        'inventory_snapshots', 'subscriptions',
    ]) }}
{%- endmacro %}
