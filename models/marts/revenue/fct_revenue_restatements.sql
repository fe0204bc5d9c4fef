with

-- A sample kept in git was never exported: nobody knows what it said before.
versions as (
    select
        versions.*,
        companies.currency,
        cast(date_trunc('month', versions.order_date) as date) as revenue_month
    from {{ ref('fct_order_versions') }} as versions
    inner join {{ ref('dim_companies') }} as companies
        on versions.company_id = companies.company_id and not companies.is_in_git
),

days as (
    select distinct
        company_id,
        revenue_month,
        cast(known_from as date) as export_date
    from versions
),

-- A month is stated first by the first export made after its end.
stated as (
    select
        months.company_id,
        months.revenue_month,
        min(exports.export_date) as first_stated_date,
        count(distinct exports.export_date) as export_count
    from days as months
    inner join days as exports
        on
            months.company_id = exports.company_id
            and {{ months_after('months.revenue_month', '1') }} <= exports.export_date
    group by all
),

known as (
    select
        versions.*,
        stated.first_stated_date,
        stated.export_count,
        cast(versions.known_from as date) <= stated.first_stated_date
        and coalesce(
            cast(versions.known_to as date) > stated.first_stated_date, true
        ) as was_known
    from versions
    inner join stated
        on
            versions.company_id = stated.company_id
            and versions.revenue_month = stated.revenue_month
),

-- Under the policy `keep` an order has another id in each export, and one exported id.
orders as (
    select
        company_id,
        revenue_month,
        coalesce(exported_order_id, order_id) as exported_id,
        currency,
        first_stated_date,
        export_count,
        sum(if(was_known and is_paid, gross_amount, 0)) as first_gross_amount,
        sum(if(is_current and is_paid, gross_amount, 0)) as gross_amount,
        sum(if(was_known, net_revenue_amount, 0)) as first_net_revenue_amount,
        sum(if(is_current, net_revenue_amount, 0)) as net_revenue_amount,
        bool_or(was_known and is_paid) as was_paid,
        bool_or(is_current and is_paid) as is_paid
    from known
    group by all
),

restated as (
    select
        company_id,
        currency,
        revenue_month,
        first_stated_date,
        export_count,
        cast(sum(first_gross_amount) as decimal(18, 2)) as first_gross_amount,
        cast(sum(gross_amount) as decimal(18, 2)) as gross_amount,
        cast(sum(first_net_revenue_amount) as decimal(18, 2))
            as first_net_revenue_amount,
        cast(sum(net_revenue_amount) as decimal(18, 2)) as net_revenue_amount,
        count(*) filter (where is_paid and not was_paid) as added_order_count,
        count(*) filter (where was_paid and not is_paid) as removed_order_count,
        count(*) filter (
            where was_paid and is_paid and first_gross_amount <> gross_amount
        ) as changed_order_count,
        cast(sum(abs(gross_amount - first_gross_amount)) as decimal(18, 2))
            as restated_gross_amount
    from orders
    group by company_id, currency, revenue_month, first_stated_date, export_count
),

-- One export alone cannot have restated a month.
last_months as (
    select
        company_id,
        max(revenue_month) as last_month
    from restated
    where export_count > 1
    group by all
),

company_shares as (
    select
        recent.company_id,
        cast(sum(recent.restated_gross_amount) as double)
        / nullif(cast(sum(recent.first_gross_amount) as double), 0)
            as company_restated_gross_share
    from restated as recent
    inner join last_months
        on
            recent.company_id = last_months.company_id
            and recent.export_count > 1
            and recent.revenue_month
            > {{ months_after('last_months.last_month', '-12') }}
    group by all
),

final as (
    select
        restated.*,
        company_shares.company_restated_gross_share
    from restated
    left join company_shares
        on restated.company_id = company_shares.company_id
)

select * from final
