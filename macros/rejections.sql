{#-
    Why a row cannot be used: one entry per column whose `<column>_fault` holds a reason.
    A line that could not be split into columns has that one reason only.
-#}
{% macro rejections(columns) -%}
    list_filter([
        {'column_name': null, 'raw_value': malformed_text, 'reason_code': malformed_reason}
        {%- for column in columns %},
        {
            'column_name': '{{ column }}',
            'raw_value': {{ column }},
            'reason_code': if(malformed_reason is null, {{ column }}_fault, null)
        }
        {%- endfor %}
    ], lambda rejection: rejection['reason_code'] is not null)
{%- endmacro %}
