with

given_rates as (
    select * from {{ ref('exchange_rates') }}
),

companies as (
    select * from {{ ref('stg_shop__companies') }}
    where convert_currencies
),

both_ways as (
    select
        rate_date,
        from_currency,
        to_currency,
        cast(rate as double) as rate,
        1 as detour
    from given_rates
    union all
    select
        rate_date,
        to_currency as from_currency,
        from_currency as to_currency,
        1 / cast(rate as double) as rate,
        2 as detour
    from given_rates
),

-- Central banks price others in their own currency: two rates of a day give a third.
crossed as (
    select
        into_euro.rate_date,
        into_euro.from_currency,
        from_euro.to_currency,
        into_euro.rate * from_euro.rate as rate,
        3 as detour
    from both_ways as into_euro
    inner join both_ways as from_euro
        on
            into_euro.rate_date = from_euro.rate_date
            and into_euro.to_currency = 'EUR'
            and from_euro.from_currency = 'EUR'
    where into_euro.from_currency <> from_euro.to_currency
),

every_way as (
    select * from both_ways
    union all
    select * from crossed
),

-- A rate that is given counts before one that is computed.
of_companies as (
    select
        companies.company_id,
        every_way.from_currency,
        every_way.to_currency,
        every_way.rate_date,
        try_cast(min_by(every_way.rate, every_way.detour) as decimal(18, 10)) as rate
    from companies
    inner join every_way
        on companies.currency = every_way.to_currency
    group by all
),

lasting as (
    select
        *,
        lead(rate_date) over (
            partition by company_id, from_currency
            order by rate_date
        ) as next_rate_date
    from of_companies
),

-- Weekends and holidays have no rate: the one before them holds, seven days at most.
days as (
    select
        company_id,
        from_currency,
        to_currency,
        rate_date,
        rate,
        {{ each_below(
            'least(coalesce(' ~ days_between('rate_date', 'next_rate_date') ~ ', 8), 8)'
        ) }} as age_day_count
    from lasting
),

daily as (
    select
        company_id,
        from_currency,
        to_currency,
        cast({{ days_after('rate_date', 'age_day_count') }} as date) as order_date,
        rate as exchange_rate
    from days
)

select * from daily
