{#- The first twenty rows behind each finding of a block of evidence_blocks. -#}
{% macro evidence_rows(block) -%}
    {%- set quoted = [] -%}
    {%- for flag in block.flags -%}{%- do quoted.append("'" ~ flag ~ "'") -%}{%- endfor -%}
    select
        rows_behind.company_id,
        flags.flag_id,
        cast({{ block.key }} as string) as evidence_key,
        cast({{ block.date }} as date) as evidence_date,
        cast({{ block.amount }} as decimal(18, 2)) as evidence_amount,
        {{ block.text }} as evidence_text,
        cast(
            row_number() over (
                partition by rows_behind.company_id, flags.flag_id
                order by {{ block.order }}
            ) as bigint
        ) as evidence_number
    from {{ ref(block.relation) }} as rows_behind
    cross join (select {{ each_of(quoted) }} as flag_id) as flags
    where {{ block.where }}
    qualify evidence_number <= 20
{%- endmacro %}
