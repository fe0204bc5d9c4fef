{#- A whole number of cents reduced as a part is to its whole (above zero), halves away from
    zero. Numbers up to 2 billion fit 64 bits, which are many times as fast as larger ones. -#}
{% macro cents_in_proportion(cents, part, whole) -%}
    {%- set large = 'cast(%s as ' ~ engine_type('hugeint') ~ ')' -%}
    if(({{ cents }} < 0) = ({{ part }} < 0), 1, -1) * if(
        greatest(abs({{ cents }}), abs({{ part }}), {{ whole }}) < 2000000000,
        {{ quotient(
            '2 * abs(' ~ cents ~ ') * abs(' ~ part ~ ') + ' ~ whole, '2 * ' ~ whole
        ) }},
        cast(
            {{ quotient(
                '2 * ' ~ large % ('abs(' ~ cents ~ ')') ~ ' * abs(' ~ part ~ ') + ' ~ whole,
                '2 * ' ~ large % whole
            ) }} as bigint
        )
    )
{%- endmacro %}
