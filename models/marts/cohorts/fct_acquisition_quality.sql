{%- set figures = [
    'net_revenue_per_customer_amount', 'bought_again_share',
    'median_second_purchase_days', 'refund_value_rate',
] -%}
with

companies as (
    select * from {{ ref('dim_companies') }}
),

periods as (
    select * from {{ ref('int_acquisition_periods') }}
),

figures as (
    select * from {{ ref('int_acquisition_figures') }}
),

changes as (
    select * from {{ ref('int_acquisition_changes') }}
),

compared as (
    select
        periods.*,
        companies.currency,
        coalesce(own.customer_count, 0) as customer_count,
        coalesce(own.net_revenue_amount, 0) as net_revenue_amount,
        coalesce(own.bought_again_count, 0) as bought_again_count,
        coalesce(earlier.customer_count, 0) as earlier_customer_count,
        {% for figure in figures %}
            own.{{ figure }},
            earlier.{{ figure }} as earlier_{{ figure }},
        {% endfor %}
        case
            when
                own.exact_net_revenue_per_customer > 0
                and earlier.exact_net_revenue_per_customer > 0
                then
                    own.exact_net_revenue_per_customer
                    / earlier.exact_net_revenue_per_customer - 1
        end as net_revenue_change,
        own.bought_again_share / nullif(earlier.bought_again_share, 0) - 1
            as bought_again_change,
        {% for measure in ['net_revenue', 'bought_again'] %}
            changes.{{ measure }}_change_low,
            changes.{{ measure }}_change_high,
        {% endfor %}
        periods.cohort_type = 'newest' as is_newest
    from periods
    inner join companies
        on periods.company_id = companies.company_id
    {% for side, is_earlier in [('own', 'false'), ('earlier', 'true')] %}
        left join figures as {{ side }}
            on
                periods.company_id = {{ side }}.company_id
                and periods.age_days = {{ side }}.age_days
                and periods.cohort_type = {{ side }}.cohort_type
                and periods.from_month = {{ side }}.from_month
                and {{ side }}.is_earlier = {{ is_earlier }}
    {% endfor %}
    left join changes
        on
            periods.company_id = changes.company_id
            and periods.age_days = changes.age_days
            and periods.cohort_type = 'newest'
),

final as (
    select
        company_id,
        currency,
        age_days,
        cohort_type,
        from_month as cohort_start_date,
        last_day(through_month) as cohort_end_date,
        customer_count,
        net_revenue_amount,
        bought_again_count,
        compared_with,
        earlier_from_month as earlier_start_date,
        last_day(earlier_through_month) as earlier_end_date,
        earlier_customer_count,
        {% for figure in figures %}
            {{ figure }},
            earlier_{{ figure }},
        {% endfor %}
        {% for measure in ['net_revenue', 'bought_again'] %}
            {{ measure }}_change,
            {{ measure }}_change_low,
            {{ measure }}_change_high,
        {% endfor %}
        case
            when not is_newest then null
            when customer_count = 0
                then {{ printed(
                    "'No month of new customers is %d days old'", ['age_days']
                ) }}
            when bought_again_share is null
                then
                    {{ printed(
                        "'Only %d new customers are %d days old, %d are needed'",
                        ['customer_count', 'age_days', var('least_customers_followed')]
                    ) }}
            when earlier_bought_again_share is null
                then 'Too few new customers before them to compare with'
            else
                'Net revenue per customer '
                {% for measure in ['net_revenue', 'bought_again'] %}
                    || coalesce({{ change_label(
                        measure ~ '_change', measure ~ '_change_low',
                        measure ~ '_change_high'
                    ) }}, 'not comparable')
                    || {{ "'; bought again '" if loop.first else "'; beside the '" }}
                {% endfor %}
                || compared_with
        end as comparison
    from compared
)

select * from final
