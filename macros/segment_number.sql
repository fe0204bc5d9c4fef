{#- The place of a segment among all, the best first. -#}
{% macro segment_number(segment) -%}
    list_position(
        [
            'champion', 'loyal', 'potential_loyal', 'new', 'promising', 'at_risk',
            'one_time', 'lapsed',
        ],
        {{ segment }}
    )
{%- endmacro %}
