with

companies as (
    select * from {{ ref('dim_companies') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
    where customer_segment is not null
),

-- Of a company without one, a row that says so.
final as (
    select
        companies.company_id,
        coalesce(
            customers.customer_id,
            case
                when companies.guest_order_count > 0
                    then 'No customer is known: all orders are by guests.'
                else 'Nobody has a paid order.'
            end
        ) as customer_label,
        companies.currency,
        {{ segment_label('customers.customer_segment') }} as segment_label,
        customers.weeks_since_previous_purchase,
        customers.paid_order_count,
        customers.lifetime_value_amount,
        customers.predicted_12_month_value_amount,
        customers.probability_alive
    from companies
    left join customers
        on companies.company_id = customers.company_id
)

select * from final
