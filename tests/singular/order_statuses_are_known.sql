-- Whether an unknown status means money is not ours to guess: teach it to Paidnet by a
-- line in seeds/reference/order_statuses.csv, or correct the file.
with

order_rows as (
    select * from {{ ref('base_shop__orders_validated') }}
)

select
    company_id,
    status,
    count(*) as row_count,
    min_by(source_file, (source_file, source_line)) as source_file,
    min_by(source_line, (source_file, source_line)) as first_source_line
from order_rows
where is_usable and is_paid is null
group by all
