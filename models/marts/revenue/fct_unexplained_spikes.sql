with

companies as (
    select * from {{ ref('dim_companies') }}
),

-- Four same weekdays before and four after, as far as the log has them.
near as (
    select
        *,
        count(*) over four_before + count(*) over four_after as neighbour_count,
        {{ sorted_over('gross_amount', 'four_before', 'four_after') }} as near_amounts
    from {{ ref('fct_daily_revenue') }}
    window
        four_before as (
            partition by company_id, {{ iso_weekday('revenue_date') }}
            order by revenue_date
            rows between 4 preceding and 1 preceding
        ),
        four_after as (
            partition by company_id, {{ iso_weekday('revenue_date') }}
            order by revenue_date
            rows between 1 following and 4 following
        )
),

-- The lower of the two in the middle: an amount that was, not a half cent.
days as (
    select
        *,
        {{ element('near_amounts', whole('neighbour_count + 1', 2)) }} as usual_amount
    from near
    where neighbour_count >= 4
),

compared as (
    select
        *,
        ln(cast(gross_amount as double) / usual_amount) as log_ratio,
        -- As a standard deviation, were there no spikes.
        1.4826
        * median(abs(ln(cast(gross_amount as double) / usual_amount))) over of_company
            as usual_spread
    from days
    where usual_amount > 0 and gross_amount > 0
    window of_company as (partition by company_id)
),

holidays as (
    select * from {{ ref('stg_reference__holidays') }}
),

special as (
    select distinct
        companies.company_id,
        {{ each_day(
            'cast(' ~ days_after('holidays.holiday_date', '-holidays.days_before')
            ~ ' as date)',
            'cast(' ~ days_after('holidays.holiday_date', 'holidays.days_after')
            ~ ' as date)'
        ) }} as special_date
    from holidays
    inner join companies
        on
            holidays.company_id = companies.company_id
            or holidays.country in ('*', companies.country)
    where
        holidays.holiday_date
        between companies.first_order_date - 31 and companies.last_order_date + 31
),

spikes as (
    select compared.*
    from compared
    left join special
        on
            compared.company_id = special.company_id
            and compared.revenue_date = special.special_date
    where
        compared.log_ratio > greatest(4 * compared.usual_spread, ln(2))
        and special.special_date is null
),

final as (
    select
        company_id,
        revenue_date as spike_date,
        gross_amount,
        usual_amount,
        {{ rounded('cast(gross_amount as double) / usual_amount', 4) }} as spike_ratio,
        (count(*) over a_year_before) + (count(*) over a_year_after) > 0 as is_yearly,
        cast(
            row_number() over largest_first as bigint
        ) as spike_number,
        company_id || ',' || revenue_date || ',NAME,0,0' as proposed_line,
        currency
    from spikes
    window
        a_year_before as (
            partition by company_id
            order by revenue_date
            range between interval 368 days preceding and interval 362 days preceding
        ),
        a_year_after as (
            partition by company_id
            order by revenue_date
            range between interval 362 days following and interval 368 days following
        ),
        largest_first as (
            partition by company_id
            order by gross_amount - usual_amount desc, revenue_date
        )
)

select * from final
where spike_number <= 50
