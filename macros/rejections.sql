{#-
    Why a row cannot be used: one entry per validated column whose `<column>_error` holds a
    reason. A line that could not be split into columns has that one reason only. The value is
    the text as it stood in the file, before it was brought into normal form.
-#}
{% macro rejections(rules) -%}
    {%- set found = [struct({
        'column_name': 'cast(null as string)', 'raw_value': 'malformed_text',
        'reason_code': 'malformed_reason',
    })] -%}
    {%- for column in rules -%}
        {%- do found.append(struct({
            'column_name': "'" ~ column ~ "'",
            'raw_value': 'coalesce(' ~ json_value('original_values', "'" ~ column ~ "'")
                ~ ', ' ~ column ~ ')',
            'reason_code': 'if(malformed_reason is null, ' ~ column ~ '_error, null)',
        })) -%}
    {%- endfor -%}
    {{ list_where(list_of(found), "item['reason_code'] is not null") }}
{%- endmacro %}
