{#- An amount of money at the exchange rate of its row, to the cent, halves away from zero;
    as it stands where there is no rate; null where it grows too large. 19 digits times 18 are what
    both engines multiply exactly: DuckDB keeps 18 of 18 times 18, Spark 38 in all. -#}
{% macro at_rate(amount) -%}
    case
        when rates.exchange_rate is null then {{ amount }}
        else try_cast(
            cast({{ amount }} as decimal(19, 2)) * rates.exchange_rate as decimal(18, 2)
        )
    end
{%- endmacro %}
