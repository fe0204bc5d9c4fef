{#- The place of a segment among all, the best first. -#}
{% macro segment_number(segment) -%}
    case {{ segment }}
        {%- for one in [
            'champion', 'loyal', 'potential_loyal', 'new', 'promising', 'at_risk',
            'one_time', 'lapsed',
        ] %}
            when '{{ one }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}
