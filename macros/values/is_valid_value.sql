{#- Whether a typed value is there and within what the contract's `rule` for it allows. -#}
{% macro is_valid_value(rule, value) -%}
    {%- if rule.kind in ('amount', 'quantity') -%}
        {{ value }} >= {{ rule.min | default(0) }}
    {%- elif rule.kind == 'rate' -%}
        {{ value }} between 0 and 1
    {%- elif rule.kind in ('timestamp', 'date') and rule.range != 'any' -%}
        {{ value }} >= '{{ var("earliest_order_date") }}'
            {%- if rule.range != 'open_ended' %} and {{ value }} < current_date + 2 {%- endif -%}
    {%- else -%}
        {{ value }} is not null
    {%- endif -%}
{%- endmacro %}
