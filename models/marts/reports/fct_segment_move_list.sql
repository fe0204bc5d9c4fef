with

companies as (
    select * from {{ ref('dim_companies') }}
),

moves as (
    select * from {{ ref('fct_segment_moves') }}
),

known as (
    select distinct company_id from moves
),

placed as (
    select
        company_id,
        from_segment,
        to_segment,
        customer_count,
        coalesce({{ segment_number('from_segment') }}, 0) as from_number,
        coalesce({{ segment_number('to_segment') }}, 0) as to_number,
        sum(customer_count) over (
            partition by company_id, from_segment
        ) as from_customer_count
    from moves
),

-- From the sixth on, segments are of customers who may be lost.
moved as (
    select
        *,
        case
            when from_number = 0 then 'won'
            when to_number = 0 then 'gone'
            when from_number < 6 and to_number >= 6 then 'slipped away'
            when from_number >= 6 and to_number < 6 then 'came back'
            when to_number < from_number then 'up'
            else 'down'
        end as move_label,
        cast(
            row_number() over (
                partition by company_id
                order by customer_count desc, from_number asc, to_number asc
            ) as bigint
        ) as move_number
    from placed
    where from_segment <> to_segment
),

-- Of a company without one, a row that says so.
final as (
    select
        companies.company_id,
        coalesce(moved.move_number, 0) as move_number,
        case
            when moved.from_segment = 'none' then 'No customer yet'
            when moved.from_segment is not null
                then {{ segment_label('moved.from_segment') }}
            when known.company_id is not null
                then 'No customer changed segment since the release before.'
            else 'No release before this one to compare with.'
        end as from_label,
        {{ segment_label('moved.to_segment') }} as to_label,
        moved.move_label,
        moved.customer_count,
        cast(moved.customer_count / moved.from_customer_count as double) as from_share
    from companies
    left join known
        on companies.company_id = known.company_id
    left join moved
        on companies.company_id = moved.company_id
)

select * from final
