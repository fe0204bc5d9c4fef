{#- Where a value stands by red, amber and green, each after the prefix `limits`: null between them,
    and without a value. A limit that is met is not passed. -#}
{% macro threshold_status(value, limits, worse_when, has_green=true) -%}
    {%- set colours = ['red', 'amber', 'green'] if has_green else ['red', 'amber'] -%}
    case
        {%- for colour in colours %}
            when
                if(
                    {{ worse_when }} = '{{ 'below' if colour == 'green' else 'above' }}',
                    {{ value }} > {{ limits }}{{ colour }},
                    {{ value }} < {{ limits }}{{ colour }}
                )
                then '{{ colour }}'
        {%- endfor %}
    end
{%- endmacro %}
