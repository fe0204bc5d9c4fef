with

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

-- Converting each order with the time zone library takes ten times as long as joining
-- these periods, so Python's is asked once per zone (ingestion/time_zones.py).
zone_changes as (
    {{ offset_changes(
        '(select distinct time_zone from companies)',
        "timestamp '" ~ var('earliest_order_date') ~ "' - interval 2 days",
        "timestamp '" ~ var('last_offset_date') ~ "' + interval 2 days"
    ) }}
),

clock_changes as (
    select
        time_zone,
        offset_change['utc_from'] as utc_from,
        {{ minutes("offset_change['offset_minutes']") }} as utc_offset
    from zone_changes
),

-- A clock reading that occurs twice belongs to the later period, one that is skipped to
-- the earlier: the local period begins at the reading its own offset gives.
clocks as (
    select
        time_zone,
        true as has_utc_clock,
        utc_from as clock_from,
        utc_offset
    from clock_changes
    union all
    select
        time_zone,
        false as has_utc_clock,
        utc_from + utc_offset as clock_from,
        utc_offset
    from clock_changes
),

periods as (
    select
        time_zone,
        has_utc_clock,
        clock_from,
        utc_offset,
        lead(
            clock_from, 1, timestamp '{{ var("last_offset_date") }}' + interval 3 days
        ) over (
            partition by time_zone, has_utc_clock
            order by clock_from
        ) as clock_to
    from clocks
),

-- By year, so that an order meets three periods at most instead of all since 1990.
years as (
    select
        *,
        year(clock_from) as first_year,
        {{ each_below('year(clock_to) + 1 - year(clock_from)') }} as year_number
    from periods
),

by_company as (
    select
        companies.company_id,
        years.has_utc_clock,
        years.first_year + years.year_number as clock_year,
        years.clock_from,
        years.clock_to,
        years.utc_offset
    from companies
    inner join years
        on companies.time_zone = years.time_zone
)

select * from by_company
