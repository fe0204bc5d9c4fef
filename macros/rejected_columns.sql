{#- The columns of every stg_…__rejected model, from its entity's `rejections`. -#}
{% macro rejected_columns(entity) -%}
'{{ entity }}' as entity,
        source_file,
        source_line,
        rejections[1]['column_name'] as column_name,
        rejections[1]['raw_value'] as raw_value,
        rejections[1]['reason_code'] as reason_code,
        array_to_string(
            list_transform(rejections, lambda rejection: rejection['reason_code']), ', '
        )
            as all_reason_codes
{%- endmacro %}
