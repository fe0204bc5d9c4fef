with

order_times as (
    select * from {{ ref('int_order_times') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

shares as (
    select
        company_id,
        count(*) as order_count,
        count_if(is_at_midnight) / count(*) as midnight_share,
        count_if(not has_id_number) as unnumbered_order_count,
        count_if(is_ascending) / nullif(count(is_ascending), 0) as ascending_share,
        count_if(is_back_dated) / count(*) as back_dated_share,
        count_if(is_in_rush) / count(*) as rush_share
    from order_times
    group by all
),

accounts as (
    select
        company_id,
        count(*) as customer_count,
        count_if(cast(account_created_at as date) > first_paid_date + 1) / count(*)
            as created_after_order_share
    from customers
    where account_created_at is not null and first_paid_date is not null
    group by all
),

-- Ids that do not follow time say nothing about it, nor do times without a time of day.
final as (
    select
        shares.company_id,
        case
            when
                shares.order_count >= 100
                and shares.unnumbered_order_count = 0
                and shares.ascending_share >= 0.75
                then shares.back_dated_share
        end as back_dated_order_share,
        case
            when shares.order_count >= 100 and shares.midnight_share < 0.5
                then shares.rush_share
        end as rush_order_share,
        case
            when accounts.customer_count >= {{ var('least_customers_followed') }}
                then accounts.created_after_order_share
        end as created_after_order_share
    from shares
    left join accounts
        on shares.company_id = accounts.company_id
)

select * from final
