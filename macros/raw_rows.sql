{#-
    The rows of a raw file that was written as Parquet, with line, reason and text. A file
    whose every line is a record has none of them: its rows tell their lines.
-#}
{% macro raw_rows(parquet) %}
select * exclude (file_row_number)
    replace (coalesce(source_line, file_row_number + 2) as source_line)
from (
    select
        cast(null as bigint) as source_line,
        cast(null as varchar) as malformed_reason,
        cast(null as varchar) as malformed_text
    where false
    union all by name
    select * from read_parquet('{{ parquet | replace("'", "''") }}', file_row_number = true)
)
{% endmacro %}
