{#- A whole number of cents reduced as a part is to its whole (above zero), halves away from
    zero. Numbers up to 2 billion fit 64 bits, which are many times as fast as larger ones. -#}
{% macro cents_in_proportion(cents, part, whole) -%}
    if(
        greatest(abs({{ cents }}), abs({{ part }}), {{ whole }}) < 2000000000,
        sign({{ cents }}) * sign({{ part }}) * (
            (2 * abs({{ cents }}) * abs({{ part }}) + {{ whole }}) // (2 * {{ whole }})
        ),
        cast(
            sign({{ cents }}) * sign({{ part }}) * (
                (2 * cast(abs({{ cents }}) as hugeint) * abs({{ part }}) + {{ whole }})
                // (2 * cast({{ whole }} as hugeint))
            ) as bigint
        )
    )
{%- endmacro %}
