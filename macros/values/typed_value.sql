{#- What a raw value stands for, by the `kind` that the contract gives its column. -#}
{% macro typed_value(kind, column) -%}
    {%- if kind == 'amount' -%} {{ amount(column) }}
    {%- elif kind == 'quantity' -%} {{ whole_number(column) }}
    {%- elif kind == 'rate' -%} {{ rate(column) }}
    {%- elif kind == 'date' -%} {{ day(column) }}
    {%- elif kind == 'timestamp' -%} {{ clock(column) }}
    {%- elif kind == 'status' -%} {{ normalised_status(column) }}
    {%- else -%} {{ column }}
    {%- endif -%}
{%- endmacro %}
