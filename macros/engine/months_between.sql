{#- Months from the month of one date to that of another, whatever the days: `date_diff` of some
    engines counts whole months. -#}
{% macro months_between(first, last) -%}
    cast(
        (year({{ last }}) - year({{ first }})) * 12 + month({{ last }}) - month({{ first }})
        as bigint
    )
{%- endmacro %}
