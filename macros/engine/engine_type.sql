{#- What an engine calls a type of a contract. -#}
{% macro engine_type(type) -%}
    {{ return(adapter.dispatch('engine_type', 'paidnet')(type)) }}
{%- endmacro %}

{% macro default__engine_type(type) -%}
    {{ return(type) }}
{%- endmacro %}

{% macro spark__engine_type(type) -%}
    {%- set name = type | trim -%}
    {%- if name.endswith('[]') -%}
        {{ return('array<' ~ spark__engine_type(name[:-2]) ~ '>') }}
    {%- elif name.startswith('struct(') -%}
        {%- set fields = [] -%}
        {%- for field in name[7:-1].split(', ') -%}
            {%- set parts = field.split(' ', 1) -%}
            {%- do fields.append(parts[0] ~ ': ' ~ spark__engine_type(parts[1])) -%}
        {%- endfor -%}
        {{ return('struct<' ~ fields | join(', ') ~ '>') }}
    {%- endif -%}
    {%- set other = {
        'varchar': 'string', 'interval': 'interval day to second', 'hugeint': 'decimal(38, 0)',
        'timestamp': 'timestamp_ntz', 'decimal': 'decimal(18, 3)',
    } -%}
    {{ return(other.get(name, name)) }}
{%- endmacro %}
