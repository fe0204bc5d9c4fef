with

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

zones as (
    select distinct time_zone from companies
),

days as (
    select
        time_zone,
        unnest(
            range(
                cast('{{ var("earliest_order_date") }}' as timestamp) - interval 2 days,
                cast(current_date + 3 as timestamp),
                interval 1 day
            )
        ) as utc_at
    from zones
),

day_offsets as (
    select
        time_zone,
        utc_at,
        timezone(time_zone, timezone('UTC', utc_at)) - utc_at as utc_offset
    from days
),

-- Converting each order with the time zone library takes ten times as long as joining
-- these periods, so the library is asked once a day, and each quarter of an hour only
-- on the days in which the clocks change.
days_of_change as (
    select
        time_zone,
        utc_at
    from day_offsets
    qualify
        utc_offset <> lead(utc_offset) over (partition by time_zone order by utc_at)
),

quarters as (
    select
        time_zone,
        unnest(range(utc_at, utc_at + interval 25 hours, interval 15 minutes)) as utc_at
    from days_of_change
),

quarter_offsets as (
    select
        time_zone,
        utc_at,
        timezone(time_zone, timezone('UTC', utc_at)) - utc_at as utc_offset
    from quarters
),

starts as (
    select
        time_zone,
        utc_at as utc_from,
        utc_offset
    from day_offsets
    qualify row_number() over (partition by time_zone order by utc_at) = 1
    union
    select
        time_zone,
        utc_at as utc_from,
        utc_offset
    from quarter_offsets
    qualify
        utc_offset <> lag(utc_offset) over (partition by time_zone order by utc_at)
),

-- A clock reading that occurs twice belongs to the later period, one that is skipped to
-- the earlier: the local period begins at the reading its own offset gives.
clocks as (
    select
        time_zone,
        true as has_utc_clock,
        utc_from as clock_from,
        utc_offset
    from starts
    union all
    select
        time_zone,
        false as has_utc_clock,
        utc_from + utc_offset as clock_from,
        utc_offset
    from starts
),

periods as (
    select
        time_zone,
        has_utc_clock,
        clock_from,
        utc_offset,
        lead(clock_from, 1, cast(current_date + 4 as timestamp)) over (
            partition by time_zone, has_utc_clock
            order by clock_from
        ) as clock_to
    from clocks
),

-- By year, so that an order meets three periods at most instead of all since 1990.
years as (
    select
        *,
        unnest(range(year(clock_from), year(clock_to) + 1)) as clock_year
    from periods
),

renamed as (
    select
        companies.company_id,
        years.has_utc_clock,
        years.clock_year,
        years.clock_from,
        years.clock_to,
        years.utc_offset
    from companies
    inner join years
        on companies.time_zone = years.time_zone
)

select * from renamed
