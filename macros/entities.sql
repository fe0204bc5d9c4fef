{#- Everything a company may send: the tables of the source `landing` but settings and uploads. -#}
{% macro entities() -%}
    {{ return([
        'orders', 'refunds', 'order_items', 'products', 'customers', 'payments', 'channels',
        'inventory_snapshots', 'subscriptions',
    ]) }}
{%- endmacro %}
