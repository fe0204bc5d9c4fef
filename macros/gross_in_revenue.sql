{#-
    What of an order's charge is revenue: tax and shipping are a part of what the customer pays,
    and of revenue unless the company says not. No more is left out than there is.
-#}
{% macro gross_in_revenue(orders, companies) -%}
    cast(
        {{ orders }}.charged_amount - greatest(0, least(
            {{ orders }}.charged_amount,
            case
                when {{ companies }}.revenue_includes_tax is false
                    then coalesce({{ orders }}.tax_amount, 0)
                else 0
            end
            + case
                when {{ companies }}.revenue_includes_shipping is false
                    then coalesce({{ orders }}.shipping_amount, 0)
                else 0
            end
        )) as decimal(18, 2)
    )
{%- endmacro %}
