{#- The reason why a quantity cannot be used; null when it can. -#}
{% macro quantity_fault(column, quantity, minimum=0) -%}
    case
        when {{ quantity }} >= {{ minimum }} then null
        when {{ quantity }} < 0 then 'negative_quantity'
        when nullif(trim({{ column }}), '') is null then 'missing_value'
        else 'invalid_quantity'
    end
{%- endmacro %}
