{%- set old = 'disagreements.has_older_orders' -%}
with

counters as (
    select * from {{ ref('int_customer_counters') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

orders as (
    select * from {{ ref('fct_orders') }}
),

-- As of each order, or as of the export: then the same on all orders of a customer.
bases as (
    select
        company_id,
        if(
            count_if(has_constant_counters) > count_if(not has_constant_counters),
            'final', 'running'
        ) as counter_basis
    from customers
    group by all
),

checked as (
    select
        company_id,
        count(reported_customer_order_count) as customer_order_count,
        count(reported_customer_spend_amount) as customer_total_spent
    from orders
    where customer_id is not null
    group by all
),

differences as (
    select
        counters.company_id,
        counters.customer_id,
        counters.order_id,
        customers.has_older_orders,
        counters.reported_customer_order_count
        - case
            when bases.counter_basis = 'running' then counters.running_order_count
            else customers.order_count
        end as order_count_difference,
        counters.reported_customer_spend_amount
        - case
            when bases.counter_basis = 'running' then counters.running_spend_amount
            else counters.spend_amount
        end as spend_difference
    from counters
    inner join bases
        on counters.company_id = bases.company_id
    inner join customers
        on
            counters.company_id = customers.company_id
            and counters.customer_id = customers.customer_id
),

disagreements as (
    select * from differences
    where order_count_difference <> 0 or spend_difference <> 0
),

kinds as (
    {% for counter, label, column in [
        ('customer_order_count', 'orders', 'order_count_difference'),
        ('customer_total_spent', 'spend', 'spend_difference'),
    ] %}
        {% for kind, words, condition in [
            ('older_history', 'bought before the log: no fault', column ~ ' > 0 and ' ~ old),
            ('reported_higher', 'the file says more', column ~ ' > 0 and not ' ~ old),
            ('reported_lower', 'the file says less', column ~ ' < 0'),
        ] %}
            select
                checked.company_id,
                '{{ counter }}' as counter_name,
                '{{ label }} of the customer' as counter_label,
                '{{ kind }}' as disagreement_kind,
                '{{ words }}' as disagreement_label,
                checked.{{ counter }} as checked_order_count,
                count(disagreements.order_id) as order_count,
                count(distinct disagreements.customer_id) as customer_count,
                coalesce(max(abs(disagreements.{{ column }})), 0) as largest_difference,
                min(disagreements.order_id) as example_order_id
            from checked
            left join disagreements
                on
                    checked.company_id = disagreements.company_id
                    and disagreements.{{ condition }}
            where checked.{{ counter }} > 0
            group by all
            {{ "union all" if not loop.last }}
        {% endfor %}
        {{ "union all" if not loop.last }}
    {% endfor %}
),

final as (
    select
        kinds.company_id,
        kinds.counter_name,
        kinds.counter_label,
        kinds.disagreement_kind,
        kinds.disagreement_label,
        bases.counter_basis,
        kinds.checked_order_count,
        kinds.order_count,
        kinds.customer_count,
        cast(kinds.largest_difference as decimal(18, 2)) as largest_difference,
        kinds.example_order_id
    from kinds
    inner join bases
        on kinds.company_id = bases.company_id
)

select * from final
