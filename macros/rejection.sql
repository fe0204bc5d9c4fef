{#-
    A list with one reason to reject a row, empty where the condition is not true; lists
    are joined with ||. The value is the raw column unless another is given; `reason` is
    a code, or the name of a column that holds one.
-#}
{% macro rejection(condition, column, value=none, reason=none) -%}
    case
        when {{ condition }} then [{
            'column_name': {{ "'" ~ column ~ "'" if column else "cast(null as varchar)" }},
            'raw_value': cast({{ value or column }} as varchar),
            'reason_code': {{ reason if reason == "malformed_reason" else "'" ~ reason ~ "'" }}
        }]
        else []
    end
{%- endmacro %}
