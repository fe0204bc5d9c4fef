{#- The first twenty rows of a relation as evidence of some flags, each with its key, date, amount and
    a few words, all given as SQL. -#}
{% macro evidence_rows(flags, relation, key, date, amount, text, order) -%}
    {%- set quoted = [] -%}
    {%- for flag in flags -%}{%- do quoted.append("'" ~ flag ~ "'") -%}{%- endfor -%}
    select
        rows_behind.company_id,
        flags.flag_id,
        '{{ relation }}' as evidence_table,
        cast({{ key }} as varchar) as evidence_key,
        cast({{ date }} as date) as evidence_date,
        cast({{ amount }} as decimal(18, 2)) as evidence_amount,
        {{ text }} as evidence_text,
        row_number() over (
            partition by rows_behind.company_id, flags.flag_id
            order by {{ order }}
        ) as evidence_number
    from {{ ref(relation) }} as rows_behind
    cross join (select {{ each_of(quoted) }} as flag_id) as flags
    qualify evidence_number <= 20
{%- endmacro %}
