{%- set compared = [
    'status', 'is_paid', 'order_date', 'gross_amount', 'known_refund_amount',
] -%}
with

statements as (
    select * from {{ ref('int_order_statements') }}
),

moments as (
    select * from {{ ref('int_order_moments') }}
),

-- Under the policy `keep` a later export has the order under another id.
spans as (
    select
        company_id,
        order_id,
        if(bool_or(known_to is null), null, max(known_to)) as known_to
    from statements
    group by all
),

compared as (
    select
        *,
        {% for column in compared %}
            lag({{ column }}) over versions as earlier_{{ column }},
        {% endfor %}
        lag(known_from) over versions is null as is_first
    from moments
    window versions as (partition by company_id, order_id order by known_from)
),

-- An export that says the same again is no version.
changed as (
    select
        *,
        cast(row_number() over versions as bigint) as version_number,
        lead(known_from) over versions as next_known_from
    from compared
    where
        is_first
        {% for column in compared %}
            or {{ column }} <> earlier_{{ column }}
        {% endfor %}
    window versions as (partition by company_id, order_id order by known_from)
),

final as (
    select
        changed.company_id,
        changed.order_id,
        changed.exported_order_id,
        changed.version_number,
        changed.ordered_at,
        changed.order_date,
        changed.status,
        changed.is_paid,
        changed.gross_amount,
        changed.known_refund_amount as refund_amount,
        changed.source_file,
        changed.known_from,
        coalesce(changed.next_known_from, spans.known_to) as known_to
    from changed
    inner join spans
        on
            changed.company_id = spans.company_id
            and changed.order_id = spans.order_id
)

select * from final
