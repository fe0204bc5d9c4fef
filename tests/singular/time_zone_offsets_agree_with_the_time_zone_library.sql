-- Rows are dated by these periods, never by the time zone library itself: so here the
-- library converts the first and the last second of each. What later years bring, two
-- libraries may foretell differently.
with

companies as (
    select * from {{ ref('stg_shop__companies') }}
),

clock_periods as (
    select * from {{ ref('base_shop__time_zone_offsets') }}
),

probes as (
    select
        companies.company_id,
        companies.time_zone,
        clock_periods.has_utc_clock,
        clock_periods.utc_offset,
        {{ each_of([
            'clock_periods.clock_from', 'clock_periods.clock_to - interval 1 second'
        ]) }} as clock_at
    from clock_periods
    inner join companies
        on clock_periods.company_id = companies.company_id
)

select *
from probes
where
    clock_at < current_date + 4
    and case
        when has_utc_clock then {{ local_clock('clock_at', 'time_zone') }} - clock_at
        else clock_at - {{ clock_in_utc('clock_at', 'time_zone') }}
    end <> utc_offset
