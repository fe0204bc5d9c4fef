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
-- these periods, so the library is asked once a day, on days in which the clocks
-- change every quarter of an hour, and in that quarter every minute.
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

quarters_of_change as (
    select
        time_zone,
        utc_at
    from quarter_offsets
    qualify
        utc_offset <> lead(utc_offset) over (partition by time_zone order by utc_at)
),

minutes as (
    select
        time_zone,
        unnest(range(utc_at, utc_at + interval 16 minutes, interval 1 minute)) as utc_at
    from quarters_of_change
),

minute_offsets as (
    select
        time_zone,
        utc_at,
        timezone(time_zone, timezone('UTC', utc_at)) - utc_at as utc_offset
    from minutes
),

renamed as (
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
    from minute_offsets
    qualify
        utc_offset <> lag(utc_offset) over (partition by time_zone order by utc_at)
)

select * from renamed
