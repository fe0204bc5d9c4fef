{#- How dbt casts the values of unit tests' rows; on Spark texts become time spans and lists of
    structs, as in DuckDB: "-5 hours", "[{'column_name': sku, 'raw_value': ' '}]". -#}
{% macro spark__safe_cast(field, type) -%}
    {%- set text = field | string -%}
    {%- if text == 'null' or not (type.startswith('interval') or type.startswith('array')) -%}
        {{ return('cast(' ~ field ~ ' as ' ~ type ~ ')') }}
    {%- endif -%}
    {%- set text = (text | replace("\\'", "'"))[1:-1] -%}
    {%- if type.startswith('interval') -%}
        {{ return('cast(interval ' ~ text ~ ' as ' ~ type ~ ')') }}
    {%- endif -%}
    {%- set items = [] -%}
    {%- for entry in modules.re.findall('\\{(.*?)\\}', text, modules.re.S) -%}
        {%- set fields = {} -%}
        {%- for name, value in modules.re.findall("'(\\w+)':\\s*('[^']*'|[^,]*)", entry) -%}
            {%- set is_quoted = value.startswith("'") or value.strip() | lower == 'null' -%}
            {%- do fields.update({name: value if is_quoted else "'" ~ value.strip() ~ "'"}) -%}
        {%- endfor -%}
        {%- do items.append(struct(fields)) -%}
    {%- endfor -%}
    {{ return('cast(' ~ list_of(items) ~ ' as ' ~ type ~ ')') }}
{%- endmacro %}
