{#-
    Join condition: the period of base_shop__time_zone_offsets that a clock reading lies in.
    One before or after all periods takes the first or the last.
-#}
{% macro in_clock_period(rows, clock, has_utc_clock, periods) -%}
    {%- set reading -%}
        least(
            greatest({{ clock }}, timestamp '{{ var("earliest_order_date") }}'),
            timestamp '{{ var("last_offset_date") }}'
        )
    {%- endset -%}
    {{ rows }}.company_id = {{ periods }}.company_id
    and {{ has_utc_clock }} = {{ periods }}.has_utc_clock
    and year({{ reading }}) = {{ periods }}.clock_year
    and {{ reading }} >= {{ periods }}.clock_from
    and {{ reading }} < {{ periods }}.clock_to
{%- endmacro %}
