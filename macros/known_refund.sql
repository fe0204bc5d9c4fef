{#-
    What was paid back of an order: what the order says and what its refunds add up to tell of the
    same money, so the larger counts. A refunded order without an amount is refunded in full.
-#}
{% macro known_refund(orders, dated_refund_amount) -%}
    cast(
        case
            when
                {{ orders }}.status = 'refunded'
                and coalesce({{ orders }}.refund_amount, 0) = 0
                and coalesce({{ dated_refund_amount }}, 0) = 0
                then {{ orders }}.gross_amount
            else greatest(
                coalesce({{ orders }}.refund_amount, 0),
                coalesce({{ dated_refund_amount }}, 0)
            )
        end as decimal(18, 2)
    )
{%- endmacro %}
