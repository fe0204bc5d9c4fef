{#- What evidence says: a fair bet makes 20 of 1 at most once in 20, whenever one looks. -#}
{% macro live_record(narrow_evidence, wide_evidence) -%}
    case
        when {{ narrow_evidence }} >= 20 then 'too narrow'
        when {{ wide_evidence }} >= 20 then 'too wide'
        else 'as promised'
    end
{%- endmacro %}
