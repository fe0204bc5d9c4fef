{#-
    Why a row cannot be used: one entry per validated column whose `<column>_error` holds a
    reason. A line that could not be split into columns has that one reason only. The value is
    the text as it stood in the file, before it was brought into normal form.
-#}
{% macro rejections(rules) -%}
    list_filter([
        {'column_name': null, 'raw_value': malformed_text, 'reason_code': malformed_reason}
        {%- for column in rules %},
        {
            'column_name': '{{ column }}',
            'raw_value': coalesce(
                json_extract_string(original_values, '$.{{ column }}'), {{ column }}
            ),
            'reason_code': if(malformed_reason is null, {{ column }}_error, null)
        }
        {%- endfor %}
    ], lambda rejection: rejection['reason_code'] is not null)
{%- endmacro %}
