with

counters as (
    select * from {{ ref('int_customer_counters') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

-- Some shops export counters as they stood at each order, some as they stand today:
-- the reading that more orders agree with is the company's.
bases as (
    select
        company_id,
        case
            when
                count_if(reported_customer_order_count = running_order_count)
                >= count_if(reported_customer_order_count = final_order_count)
                then 'running'
            else 'final'
        end as counter_basis
    from counters
    group by all
),

differences as (
    select
        counters.company_id,
        counters.customer_id,
        counters.order_id,
        bases.counter_basis,
        customers.has_older_orders,
        counters.reported_customer_order_count
        - case
            when bases.counter_basis = 'running' then counters.running_order_count
            else counters.final_order_count
        end as order_count_difference,
        counters.reported_customer_spend_amount
        - case
            when bases.counter_basis = 'running' then counters.running_spend_amount
            else counters.final_spend_amount
        end as spend_difference
    from counters
    inner join bases
        on counters.company_id = bases.company_id
    inner join customers
        on
            counters.company_id = customers.company_id
            and counters.customer_id = customers.customer_id
),

kinds as (
    {% for counter, column in [
        ('customer_order_count', 'order_count_difference'),
        ('customer_total_spent', 'spend_difference'),
    ] %}
        {% for kind, condition in [
            ('older_history', column ~ ' > 0 and has_older_orders'),
            ('reported_higher', column ~ ' > 0 and not has_older_orders'),
            ('reported_lower', column ~ ' < 0'),
        ] %}
            select
                company_id,
                '{{ counter }}' as counter_name,
                '{{ kind }}' as disagreement_kind,
                counter_basis,
                count({{ column }}) as checked_order_count,
                count(*) filter (where {{ condition }}) as order_count,
                count(distinct case when {{ condition }} then customer_id end)
                    as customer_count,
                coalesce(max(abs({{ column }})) filter (where {{ condition }}), 0)
                    as largest_difference,
                min(order_id) filter (where {{ condition }}) as example_order_id
            from differences
            group by all
            {{ "union all" if not loop.last }}
        {% endfor %}
        {{ "union all" if not loop.last }}
    {% endfor %}
),

final as (
    select
        company_id,
        counter_name,
        disagreement_kind,
        counter_basis,
        checked_order_count,
        order_count,
        customer_count,
        cast(largest_difference as decimal(18, 2)) as largest_difference,
        example_order_id
    from kinds
    where checked_order_count > 0
)

select * from final
