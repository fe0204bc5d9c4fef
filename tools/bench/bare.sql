-- The figures of the core marts, as a script without checks would make them: a table for each
-- mart that counts or sums orders. Days are UTC, duplicate orders count twice, a line that does
-- not fit the types or has an absurd year is left out. bare_duckdb.py runs it and sets `files`.

create table orders as
select
    *, cast(created_at as date) as day, total_price - order_refunds as net,
    status in ('paid', 'partially_refunded', 'refunded') as is_paid
from read_csv(getvariable('files'), header = true, ignore_errors = true, columns = {
    'company_id': 'varchar', 'order_id': 'varchar', 'created_at': 'timestamp',
    'status': 'varchar', 'total_price': 'decimal(18, 2)', 'order_refunds': 'decimal(18, 2)',
    'customer_id': 'varchar', 'customer_order_count': 'bigint',
    'customer_total_spent': 'decimal(18, 2)', 'currency': 'varchar', 'channel_id': 'varchar',
    'country': 'varchar', 'city': 'varchar'
}) where year(created_at) between 1990 and 2100;

create table companies as
select
    company_id, count(*) as order_count, min(day) as first_day, max(day) as last_day,
    max(day) + 1 - interval 12 months as year_start
from orders group by all;

create table customers as
select
    company_id, customer_id, count(*) as orders, count(*) filter (where is_paid) as paid_orders,
    min(created_at) filter (where is_paid) as first_paid_at,
    max(created_at) filter (where is_paid) as last_paid_at,
    min(day) filter (where is_paid) as first_day,
    max(day) filter (where is_paid) as last_day,
    date_trunc('month', first_day) as cohort,
    sum(total_price) filter (where is_paid) as gross,
    sum(order_refunds) filter (where is_paid) as refunds,
    sum(net) filter (where is_paid) as net,
    min(customer_order_count) as min_counter,
    max(customer_order_count) as max_counter
from orders where customer_id is not null group by company_id, customer_id;

create table paid_orders as
select
    company_id, order_id, customer_id, created_at, day, net,
    row_number() over (partition by company_id, customer_id order by created_at, order_id)
        as number
from orders where is_paid and customer_id is not null;

create table customer_days as
select company_id, customer_id, day, count(*) as orders, sum(net) as net from paid_orders
group by all;

create table customer_months as
select
    company_id, customer_id, date_trunc('month', day) as month,
    sum(net) as net, sum(orders) as orders, count(*) as active_days
from customer_days group by all;

create table customer_weeks as
select
    company_id, customer_id, date_trunc('week', day) as week,
    sum(net) as net, sum(orders) as orders, count(*) as active_days
from customer_days group by all;

create table daily_revenue as
with days as (
    select
        company_id, day,
        sum(net) as net, sum(total_price) as gross, sum(order_refunds) as refunds,
        count(*) as orders, count(*) filter (where order_refunds > 0) as refunded_orders,
        sum(net) filter (where customer_id is null) as guest_net
    from orders where is_paid group by all
),
new_customers as (
    select company_id, day, sum(paid_orders.net) as new_net
    from paid_orders inner join customers using (company_id, customer_id)
    where date_trunc('month', day) = cohort group by all
),
active as (select company_id, day, count(*) as customers from customer_days group by all)
select
    *, avg(net) over (partition by company_id order by day rows 27 preceding) as trailing_mean
from (
    select company_id, cast(unnest(range(first_day, last_day + 1, interval 1 day)) as date) as day
    from companies
)
left join days using (company_id, day)
left join new_customers using (company_id, day)
left join active using (company_id, day);

create table monthly_revenue as
with months as (
    select
        company_id, date_trunc('month', day) as month, sum(net) as net, sum(new_net) as new_net,
        sum(guest_net) as guest_net, sum(gross) as gross, sum(refunds) as refunds,
        sum(orders) as orders, sum(refunded_orders) as refunded_orders, count(*) as days
    from daily_revenue group by all
),
active as (select company_id, month, count(*) as customers from customer_months group by all),
new_customers as (
    select company_id, cohort as month, count(*) as new_customers from customers group by all
)
select
    *, net - new_net - guest_net as returning_net, refunds / gross as refund_rate,
    refunded_orders / orders as refunded_order_share, net / orders as average_order
from months
left join active using (company_id, month)
left join new_customers using (company_id, month);

create table cohort_revenue as
with numbered as (
    select
        company_id, cohort, date_diff('month', cohort, month) as month_number, m.net,
        row_number() over (partition by company_id, customer_id order by month) as active_month
    from customer_months as m inner join customers using (company_id, customer_id)
),
cells as (
    select
        company_id, cohort, month_number, count(*) as customers, sum(net) as net,
        count(*) filter (where active_month = month_number + 1) as continuous_customers
    from numbered group by all
)
select
    *, customers / first_value(customers) over so_far as retention,
    sum(net) over so_far as cumulative_net
from cells window so_far as (partition by company_id, cohort order by month_number);

create table customer_activity as
with kinds as (select unnest(['month', 'week']) as kind),
purchases as (
    select
        company_id, day + 180 as lapses,
        lead(day) over (partition by company_id, customer_id order by day) as next_day
    from customer_days
),
changes as (
    select company_id, first_day as day, 1 as new, 0 as lapsed from customers
    union all
    select company_id, lapses, 0, 1 from purchases where next_day is null or next_day > lapses
    union all
    select company_id, next_day, 0, -1 from purchases where next_day > lapses
),
base as (
    select
        company_id, kind, date_trunc(kind, day) as period, sum(new) as new, sum(lapsed) as lapsed
    from changes inner join companies using (company_id) cross join kinds
    where day <= last_day group by all
),
active as (
    select company_id, 'month' as kind, month as period, net, orders, active_days
    from customer_months
    union all
    select company_id, 'week', week, net, orders, active_days from customer_weeks
),
figures as (
    select
        company_id, kind, period, count(*) as active_customers, sum(orders) as orders,
        sum(net) as net, avg(net / orders) as average_order, avg(active_days) as active_days
    from active group by all
)
select
    *, sum(new) over by_period as customers, sum(lapsed) over by_period as lapsed_customers,
    active_customers / lag(active_customers) over by_period - 1 as change
from base inner join figures using (company_id, kind, period)
window by_period as (partition by company_id, kind order by period);

create table hourly_orders as
select company_id, day, hour(created_at) as hour, count(*) as orders, sum(net) as net
from orders where is_paid group by all;

create table customer_spend_changes as
with spend as (
    select company_id, customer_id, month, net, 0 as previous from customer_months
    union all
    select company_id, customer_id, month + interval 1 month, 0, net from customer_months
),
changes as (
    select company_id, customer_id, month, sum(net) as net, sum(net - previous) as change
    from spend group by all
)
select
    *, row_number() over (
        partition by company_id, month, change > 0 order by abs(change) desc, customer_id
    ) as place
from changes where change <> 0 qualify place <= 20;

create table purchase_intervals as
with gaps as (
    select
        company_id, net,
        day - lag(day) over (partition by company_id, customer_id order by number) as days
    from paid_orders
)
select company_id, days // 7 as weeks, count(*) as orders, avg(net), median(net)
from gaps where days is not null group by all;

create table purchase_spans as
select
    company_id, (last_day - first_day) // 7 as weeks, count(*) as customers,
    count(*) filter (where paid_orders > 1) as repeat_customers
from customers where first_day is not null group by all;

create table second_purchases as
with seconds as (select company_id, customer_id, day from paid_orders where number = 2),
exits as (
    select
        company_id, (seconds.day - c.first_day) // 7 as second_week,
        (o.last_day - c.first_day + 1) // 7 as seen_weeks
    from customers as c
    inner join companies as o using (company_id)
    left join seconds using (company_id, customer_id)
    where c.first_day is not null
),
weeks as (
    select
        company_id, least(second_week, seen_weeks - 1) as week, count(*) as customers,
        count(*) filter (where second_week < seen_weeks) as bought_again
    from exits where seen_weeks > 0 group by all
)
select
    *, sum(customers) over (partition by company_id order by week desc) as at_risk
from weeks;

create table recent_customers as
select
    company_id, customer_id, sum(net) as net,
    row_number() over (partition by company_id order by sum(net) desc, customer_id) as place
from customer_days inner join companies using (company_id)
where day >= year_start group by company_id, customer_id;

create table customer_concentration as
with shares as (
    select
        company_id, place, count(*) over (partition by company_id) as customers,
        sum(greatest(net, 0)) over (partition by company_id order by place)
        / sum(greatest(net, 0)) over (partition by company_id) as share
    from recent_customers
)
select company_id, percent, share
from shares cross join (select unnest(range(1, 101)) as percent)
where place = (percent * customers + 99) // 100;

create table top_customers as
select
    company_id, top, sum(greatest(net, 0)) filter (where place <= top) as top_net,
    top_net / sum(greatest(net, 0)) as share
from recent_customers cross join (select unnest([1, 5, 10, 20, 50, 100]) as top)
group by company_id, top;

create table company_summary as
with years as (
    select
        company_id,
        sum(net) filter (where day >= year_start) as net,
        sum(gross) filter (where day >= year_start) as gross,
        sum(refunds) filter (where day >= year_start) as refunds,
        sum(orders) filter (where day >= year_start) as orders,
        sum(net) filter (where day < year_start and day >= year_start - interval 12 months)
            as year_before,
        sum(net) filter (where day > last_day - 30) as last_30_days
    from daily_revenue inner join companies using (company_id) group by all
),
weeks as (
    select company_id, date_trunc('week', day) as week, sum(net) as net
    from daily_revenue inner join companies using (company_id)
    where day > last_day - 371 and day <= last_day - 7 group by all
),
weekly as (
    select company_id, stddev_samp(net) / avg(net) as volatility from weeks group by all
),
repeats as (
    select company_id, avg(cast(paid_orders > 1 as integer)) as repeat_rate
    from customers inner join recent_customers using (company_id, customer_id) group by all
)
select *, net / year_before - 1 as growth, refunds / gross as refund_rate
from years inner join weekly using (company_id) inner join repeats using (company_id);

create table customer_scores as
with gaps as (
    select company_id, quantile_disc(days, 0.9) as usual_gap from (
        select
            company_id, day - lag(day) over (partition by company_id, customer_id order by day)
                as days
        from customer_days
    ) group by all
),
fifths as (
    select company_id, quantile_disc(net, [0.2, 0.4, 0.6, 0.8]) as nets
    from customers group by all
)
select
    company_id, customer_id, (companies.last_day - c.last_day) // 7 as weeks_silent,
    companies.last_day - c.last_day > usual_gap as is_silent, first.net > c.net / c.paid_orders
        as is_first_above_average,
    5 - len(list_filter([30, 60, 90, 180], lambda x: companies.last_day - c.last_day >= x))
        as recency,
    1 + len(list_filter([2, 3, 5, 10], lambda x: c.paid_orders >= x)) as frequency,
    1 + len(list_filter(nets, lambda x: c.net > x)) as money
from customers as c
inner join companies using (company_id)
left join gaps using (company_id)
inner join fifths using (company_id)
inner join paid_orders as first using (company_id, customer_id)
where first.number = 1;

create table acquisition_quality as
with spent as (
    select
        company_id, customer_id, cohort, age, sum(o.net) as net,
        sum(order_refunds) as refunds, sum(total_price) as gross, count(*) > 1 as again,
        min(day - first_day) filter (where day > first_day) as second_day
    from orders as o
    inner join customers using (company_id, customer_id)
    cross join (select unnest([30, 90, 180]) as age)
    where is_paid and day <= first_day + age group by all
),
cohorts as (
    select
        company_id, cohort, age, count(*) as customers, sum(net) as net, sum(net * net) as squared,
        avg(cast(again as integer)) as again, median(second_day) as second_day,
        sum(refunds) / sum(gross) as refund_rate
    from spent group by all
)
select cohorts.*, cohorts.net / cohorts.customers / (older.net / older.customers) - 1 as change
from cohorts inner join companies using (company_id)
left join cohorts as older
    on
        cohorts.company_id = older.company_id and cohorts.age = older.age
        and cohorts.cohort = older.cohort + interval 12 months
where last_day(cohorts.cohort) + cohorts.age <= companies.last_day;

create table revenue_index as
select company_id, month, net / avg(net) filter (where place <= 3) over (partition by company_id)
    as index
from (
    select *, row_number() over (partition by company_id order by month) as place
    from monthly_revenue
);

create table counter_reconciliation as
with running as (
    select
        company_id, customer_id, order_id, customer_order_count, customer_total_spent,
        count(*) over to_here as orders,
        sum(if(is_paid, total_price, 0)) over to_here as spent
    from orders where customer_id is not null
    window to_here as (
        partition by company_id, customer_id order by created_at, order_id
        rows between unbounded preceding and current row
    )
)
select
    company_id, count(*) as checked,
    count(*) filter (where customer_order_count > orders) as counts_higher,
    count(*) filter (where customer_order_count < orders) as counts_lower,
    count(*) filter (where customer_total_spent > spent) as spend_higher,
    count(*) filter (where customer_total_spent < spent) as spend_lower,
    count(distinct customer_id) filter (where customer_order_count <> orders) as customers
from running group by all;

create table cohort_table as
select
    company_id, cohort, month_number, retention, cumulative_net / first_value(customers) over by_age
        as net_per_customer
from cohort_revenue
where month_number between 1 and 6 or month_number in (9, 12, 18, 24)
window by_age as (partition by company_id, cohort order by month_number);

create table company_risk_months as
with shares as (
    select
        company_id, month, max(net) / sum(greatest(net, 0)) as top_share,
        sum(pow(greatest(net, 0), 2)) / pow(sum(greatest(net, 0)), 2) as hhi
    from customer_months group by all
),
empty as (
    select company_id, date_trunc('month', day) as month, count(*) filter (where orders is null)
        as empty_days
    from daily_revenue group by all
)
select
    *, net / lag(net, 12) over by_month - 1 as growth,
    sum(net) over (partition by company_id order by month rows 11 preceding) as trailing_net
from monthly_revenue
left join shares using (company_id, month)
left join empty using (company_id, month)
window by_month as (partition by company_id order by month);

create table company_risk_profile as
with recent as (
    select o.*, c.last_day - day as age from orders as o inner join companies as c using (company_id)
    where is_paid and day >= year_start
),
trends as (
    select
        company_id, max(c.last_day - day) as history_days,
        sum(net) filter (where c.last_day - day < 30) as last_30,
        sum(net) filter (where c.last_day - day < 90) as last_90,
        sum(net) filter (where c.last_day - day < 365) as last_365,
        sum(net) filter (where c.last_day - day between 30 and 119) as before_30,
        sum(net) filter (where c.last_day - day between 365 and 454) as year_before_90,
        sum(net) filter (where c.last_day - day between 365 and 729) as year_before_365,
        sum(refunds) filter (where c.last_day - day between 30 and 89) as refunds_recent,
        sum(refunds) filter (where c.last_day - day between 90 and 269) as refunds_earlier,
        count(*) filter (where orders is null and c.last_day - day < 365) as empty_days
    from daily_revenue as d inner join companies as c using (company_id) group by all
),
drawdowns as (
    select company_id, max(year_net) as peak from (
        select company_id, sum(net) over (partition by company_id order by day rows 364 preceding)
            as year_net
        from daily_revenue
    ) group by all
),
gaps as (
    select company_id, max(days) as longest_gap from (
        select company_id, day - lag(day) over (partition by company_id order by day) - 1 as days
        from daily_revenue where orders > 0
    ) group by all
),
seasons as (
    select
        company_id, stddev_samp(net) / avg(net) as volatility, max(net) / sum(net) as best_month,
        sum(net) filter (where month(month) >= 11) / sum(net) as november_december
    from monthly_revenue inner join companies using (company_id)
    where month >= companies.last_day - 365 group by all
),
yearly as (
    select
        company_id, customer_id, day < year_start as is_before, sum(net) as net,
        sum(orders) as orders, max(day) as last_paid
    from customer_days inner join companies using (company_id)
    where day >= year_start - interval 12 months group by all
),
ranked as (
    select
        *, greatest(net, 0) / sum(greatest(net, 0)) over by_year as share, row_number() over (
            partition by company_id, is_before order by net desc, customer_id
        ) as place, count(*) over by_year as customers
    from yearly window by_year as (partition by company_id, is_before)
),
concentration as (
    select
        company_id, is_before, count(*) as active, sum(share) filter (where place = 1) as top,
        sum(share) filter (where place <= 5) as top_5,
        sum(share) filter (where place <= 10) as top_10, sum(share * share) as hhi,
        (any_value(customers) + 1 - 2 * sum(place * share)) / any_value(customers) as gini
    from ranked group by all
),
acquired as (
    select company_id, count(*) filter (where customers.first_day >= year_start) as new_customers
    from customers inner join companies using (company_id) group by all
),
again as (
    select company_id, avg(cast(second_day <= 90 as integer)) as repurchase_90 from (
        select
            c.company_id, c.customer_id, min(d.day - c.first_day)
                filter (where d.day > c.first_day or d.orders > 1) as second_day
        from customers as c inner join companies as o using (company_id)
        left join customer_days as d
            on d.company_id = c.company_id and d.customer_id = c.customer_id
        where c.first_day between o.last_day - 454 and o.last_day - 90 group by all
    ) group by all
),
lived as (
    select
        company_id, date_diff('month', cohort, companies.last_day) as age, customer_id,
        sum(d.net) filter (where date_diff('month', cohort, d.day) <= 12) as net_12
    from customers inner join customer_days as d using (company_id, customer_id)
    inner join companies using (company_id) where cohort is not null group by all
),
cohorts as (
    select company_id, avg(net_12) as net_12 from lived where age between 12 and 23 group by all
),
sources as (
    select company_id, max(channel_net) / sum(channel_net) as top_channel from (
        select company_id, channel_id, sum(greatest(net, 0)) as channel_net
        from recent group by all
    ) group by all
),
amounts as (
    select company_id, max(latest - earlier) as repeated from (
        select
            company_id, latest_orders / sum(latest_orders) over by_company as latest,
            earlier_orders / sum(earlier_orders) over by_company as earlier
        from (
            select
                company_id, total_price, count(*) filter (where age < 90) as latest_orders,
                count(*) filter (where age >= 90) as earlier_orders
            from recent group by all
        )
        window by_company as (partition by company_id)
    ) group by all
),
digits as (
    select company_id, max(orders) / sum(orders) as first_digit from (
        select
            company_id, left(ltrim(cast(total_price as varchar), '0.'), 1) as digit,
            count(*) as orders
        from recent group by all
    ) group by all
),
rhythms as (
    select company_id, customer_id, total_price, count(*) as orders, sum(net) as net,
        stddev_pop(days) / avg(days) as spread
    from (
        select
            *, day - lag(day) over (
                partition by company_id, customer_id, total_price order by created_at
            ) as days
        from recent where customer_id is not null
    ) group by all
),
regular as (
    select company_id, sum(net) filter (where orders >= 6 and spread <= 0.2) as regular_net
    from rhythms group by all
),
bursts as (
    select company_id, max(orders) as most_orders_in_a_day from customer_days group by all
),
order_times as (
    select
        company_id, count(*) filter (where number > later) as too_high,
        count(*) filter (where number < earlier) as too_low,
        count(*) filter (where in_minute >= 10) as in_rush
    from (
        select
            *, min(number) over (partition by company_id order by day
                range between interval 2 days following and unbounded following) as later,
            max(number) over (partition by company_id order by day
                range between unbounded preceding and interval 2 days preceding) as earlier
        from (
            select
                company_id, day, count(*) over (
                    partition by company_id, date_trunc('minute', created_at)
                ) as in_minute,
                try_cast(regexp_extract(order_id, '(\d{1,18})$', 1) as bigint) as number
            from orders
        )
    ) group by all
)
select *
from trends
left join drawdowns using (company_id)
left join gaps using (company_id)
left join seasons using (company_id)
left join (from concentration where not is_before) as now using (company_id)
left join (from concentration where is_before) as year_before using (company_id)
left join acquired using (company_id)
left join again using (company_id)
left join cohorts using (company_id)
left join sources using (company_id)
left join amounts using (company_id)
left join digits using (company_id)
left join regular using (company_id)
left join bursts using (company_id)
left join order_times using (company_id);
