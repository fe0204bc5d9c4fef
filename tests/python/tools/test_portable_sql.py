"""SQL that only one engine reads is refused: each rule fires, and the project's own SQL passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.conftest import PROJECT
from tools.portable_sql import RULES, check, check_file, check_project

# A line that only one engine reads → what is found in it.
REFUSED = {
    "select unnest(items) as item": "unnest(",
    "select explode(items) as item": "explode(",
    "from range(date '2024-01-01', date '2024-02-01', interval 1 day) as days (day)": "range(",
    "select sequence(1, 3)": "sequence(",
    "select days // 7 as weeks": "//",
    "select datediff('day', first_date, last_date) as days": "datediff(",
    "select first_date + to_months(3) as later_date": "to_months(",
    "select ordered_at + interval (days) day as later_at": "interval (",
    "select E'a\\n' as lines": "E'",
    "select timezone('UTC', ordered_at) as ordered_at": "timezone(",
    "select cast(text as timestamptz) as ordered_at": "timestamptz",
    "select isodow(order_date) as weekday_number": "isodow(",
    "select strftime(order_date, '%Y') as order_year": "strftime(",
    "select printf('%d orders', order_count) as label": "printf(",
    "select hash(order_id) as key_hash": "hash(",
    "select product(share) over weeks as shares": "product(",
    "select log(amount) as digits": "log(",
    "select quantile_cont(amount, 0.5) as amount_p50": "quantile_cont(",
    "select percentile_cont(0.5) within group (order by amount)": "percentile_cont(",
    "select arg_min(name, rank) as first_name": "arg_min(",
    "select string_agg(name, ', ') as names": "string_agg(",
    "select collect_list(name) as names": "collect_list(",
    "select list_filter(names, lambda name: name <> '') as names": "list_filter(",
    "select transform(names, name -> upper(name)) as names": "->",
    "select to_json(orders) as document": "to_json(",
    "select struct_pack(a := 1) as pair": "struct_pack(",
    "select names[1] as first_name": "[",
    "select ['a', 'b'] as names": "[",
    "select {'a': 1} as pair": "{'",
    "select * exclude (company_id) from orders": "* exclude",
    "union all by name": "by name",
    "select * from read_parquet('a.parquet')": "read_parquet(",
    "select cast(order_id as varchar) as order_id": "varchar",
    "select cast(cents as hugeint) as cents": "hugeint",
    "select cast(null as decimal) as amount": "as decimal)",
    "select coalesce(valid_to, 'infinity') as valid_to": "'infinity'",
    "select ltrim(name, '0.') as name": "ltrim(name,",
    "select starts_with(name, 'a') as is_first": "starts_with(",
    'select sum(amount) as "too much"': '"',
    "from days asof join rates": "asof join",
    "create or replace macro marts.name(a) as (a)": "create or replace macro",
}

# What both read, though it looks like the above.
READ = (
    "select * from range(1, 9) as weeks (week_number)",
    "select entry['reason_code'] as reason_code",
    "select {{ element('names', 1) }}['reason_code'] as reason_code",
    "{% for level in ['p10', 'p90'] %} {{ level }}_amount, {% endfor %}",
    "{{ each_of(range(1, 10) | list) }} as digit",
    "-- unnest(items) was here",
    "select regexp_replace(name, '[0-9]+', '') as name, 'say \"yes\"' as said",
    "{#- printf('%d') -#}",
    '{{ config(post_hook="{{ create_label(this) }}") }}',
    "select trim(leading '0.' from name) as name, min_by(name, rank) as first_name",
    "{% macro spark__each_of(values) %}explode(array({{ values }})){% endmacro %}",
    "{% macro default__each_of(values) -%}\n    unnest([{{ values }}])\n{%- endmacro %}",
)


@pytest.mark.parametrize(("sql", "found"), REFUSED.items())
def test_what_one_engine_alone_reads_is_refused(sql: str, found: str) -> None:
    findings = list(check(f"\n{sql}\n", Path("models/one.sql")))
    assert found in {finding.found for finding in findings}
    for finding in findings:
        assert str(finding).startswith("models/one.sql:2: ")
        assert f"instead: {finding.rule.instead}" in str(finding)


def test_every_rule_fires() -> None:
    fired = {finding.rule for sql in REFUSED for finding in check(sql, Path("one.sql"))}
    assert [rule.pattern for rule in RULES if rule not in fired] == []


@pytest.mark.parametrize("sql", READ)
def test_what_both_read_passes(sql: str) -> None:
    assert list(check(sql, Path("one.sql"))) == []


def test_a_macro_may_have_the_name_of_a_function() -> None:
    sql = "select {{ quantile_disc('amount', 0.9) }} as amount_p90"
    assert list(check(sql, Path("one.sql"), {"quantile_disc"})) == []
    assert list(check("select quantile_disc(amount, 0.9)", Path("one.sql"), {"quantile_disc"}))


def test_the_sql_of_a_yml_is_checked_and_its_rows_of_csv_are_not(tmp_path: Path) -> None:
    file = tmp_path / "one.yml"
    file.write_text(
        """models:
  - name: one
    data_tests:
      - expression_is_true:
          arguments:
            expression: ends_with(name, 'x')
unit_tests:
  - given:
      - input: ref('two')
        format: csv
        rows: |
          name
          "a, b"
      - input: ref('three')
        format: sql
        rows: |
          select
              unnest(names) as name
"""
    )
    places = [(finding.line, finding.found) for finding in check_file(file, ())]
    assert places == [(6, "ends_with("), (18, "unnest(")]


def test_this_project_is_read_by_both() -> None:
    assert list(map(str, check_project(PROJECT))) == []
