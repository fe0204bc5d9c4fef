"""What is in the release: its tables, what a row of each is, how they join, and that they agree."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", css_file="support/page.css", app_title="The data model")

with app.setup:
    import marimo as mo

    from notebooks.support import model_pictures, show
    from notebooks.support.release import Warehouse


@app.cell(hide_code=True)
def _():
    warehouse = Warehouse()
    mo.md(f"""
    # The data model

    A release is one DuckDB file, read-only, with every table tested. The tables for readers stand
    in the schema `marts`: `dim_` says what something is, `fct_` what happened or was computed.
    Every one says in its first words what a row is. Amounts are in each company's currency and are
    never added up over companies; times `_at` are UTC, dates are days in the company's time zone.

    <span class="pn-quiet">Release {show.text(warehouse.name)}.</span>
    """)
    return (warehouse,)


@app.cell
def _(warehouse):
    _companies = warehouse.sql(
        """
        select *, guest_order_count / nullif(order_count, 0) as guest_order_share
        from marts.dim_companies
        order by company_id
        """
    )
    show.together(
        mo.md("## Whose data is in it"),
        show.table(
            _companies,
            {
                "company_id": ("Company", "text"),
                "currency": ("Currency", "text"),
                "time_zone": ("Time zone", "text"),
                "first_order_date": ("First order", "day"),
                "last_order_date": ("Last order", "day"),
                "paid_order_count": ("Paid orders", "int"),
                "customer_count": ("Customers", "int"),
                "guest_order_share": ("Guests' orders", "percent"),
            },
            "– is what is not known. From marts.dim_companies.",
        ),
    )
    return


@app.cell
def _(warehouse):
    tables = warehouse.sql(
        """
        select
            schema_name, table_name, estimated_size as row_count, coalesce(comment, '') as meaning
        from duckdb_tables()
        order by schema_name <> 'marts', table_name
        """
    )
    marts = tables[tables["schema_name"] == "marts"]
    show.together(
        mo.md("## Which tables there are"),
        show.figures(
            ("Tables for readers", show.shown(len(marts), "int"), "in the schema marts"),
            ("Rows in them", show.shown(marts["row_count"].sum(), "int"), "of all companies"),
            ("Steps before them", show.shown(len(tables) - len(marts), "int"), "free to change"),
        ),
        show.picture(
            model_pictures.sizes(marts.nlargest(20, "row_count")),
            "The twenty largest tables for readers, by rows; the axis is in powers of ten.",
        ),
    )
    return (marts,)


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## What is a row of them?

    Which keys a table has tells what it can be joined on: two tables join on the keys that both
    have, always with `company_id`, and on the side with more keys rows repeat.
    """)
    return


@app.cell
def _(warehouse):
    _keys = warehouse.sql(
        """
        select table_name, column_name
        from duckdb_columns()
        where schema_name = 'marts' and table_name in $tables and column_name in $keys
        """,
        tables=model_pictures.TABLES,
        keys=list(model_pictures.KEYS),
    )
    show.picture(
        model_pictures.keys(_keys),
        "Keys of the tables that are most asked, company_id apart, which all have.",
    )
    return


@app.cell(hide_code=True)
def _(marts):
    table = mo.ui.dropdown(
        marts["table_name"].tolist(), value="fct_monthly_revenue", label="Look at one table"
    )
    table
    return (table,)


@app.cell
def _(marts, table, warehouse):
    _columns = warehouse.sql(
        """
        select column_name, lower(data_type) as data_type, coalesce(comment, '') as meaning
        from duckdb_columns()
        where schema_name = 'marts' and table_name = $name
        order by column_index
        """,
        name=table.value,
    )
    _meaning = marts.loc[marts["table_name"] == table.value, "meaning"].iloc[0]
    show.together(
        mo.md(f"### marts.{show.text(table.value)}\n\n{show.text(_meaning)}"),
        show.table(
            _columns,
            {
                "column_name": ("Column", "text"),
                "data_type": ("Type", "text"),
                "meaning": ("Meaning", "text"),
            },
            "From the catalogue of the release: duckdb_columns().",
        ),
    )
    return


@app.cell(hide_code=True)
def _():
    words_sought = mo.ui.text(value="refund rate", label="Which column has …")
    words_sought
    return (words_sought,)


@app.cell
def _(warehouse, words_sought):
    _found = warehouse.sql(
        """
        select table_name, column_name, coalesce(comment, '') as meaning
        from duckdb_columns()
        where
            schema_name = 'marts'
            and list_bool_and(list_transform(
                string_split($sought, ' '),
                lambda word: contains(lower(column_name || ' ' || coalesce(comment, '')), word)
            ))
        order by table_name, column_index
        limit 12
        """,
        sought=words_sought.value.lower().strip(),
    )
    show.together(
        mo.md("### Where to find what"),
        show.table(
            _found,
            {
                "table_name": ("Table", "text"),
                "column_name": ("Column", "text"),
                "meaning": ("Meaning", "text"),
            },
            f"Columns whose name or meaning has “{show.text(words_sought.value)}”, at most twelve.",
        ),
    )
    return


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## From a raw row to an order

    Nothing is lost: every row of a company's order file was accepted, rejected with a reason, or
    superseded by another row of the same order.
    """)
    return


@app.cell
def _(warehouse):
    _raw = warehouse.sql("from marts.dim_companies order by company_id")
    _reasons = warehouse.sql(
        "from marts.fct_rejection_reasons order by row_count desc, company_id, reason_code limit 8"
    )
    show.together(
        show.picture(
            model_pictures.raw_rows(_raw),
            "What became of the rows of each company's order files, in shares; the figure is rows.",
        ),
        show.table(
            _reasons,
            {
                "company_id": ("Company", "text"),
                "entity": ("Kind", "text"),
                "reason_text": ("Why rejected", "text"),
                "row_count": ("Rows", "int"),
                "remedy": ("What the sender can do", "text"),
            },
            "The reasons of most rows. From marts.fct_rejection_reasons; each row is in"
            " fct_rejected_rows, with its file and line.",
        ),
    )
    return


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## How tables join

    An order has at most one customer, a customer one cohort, an order one month: so revenue may be
    told by any of them and stays the same. Below, from orders up, and back.
    """)
    return


@app.cell
def _(warehouse):
    agree = warehouse.sql(
        """
        with orders as (
            select
                orders.company_id, sum(orders.net_revenue_amount) as orders,
                sum(case when customers.cohort_month is not null and orders.is_paid
                    then orders.net_revenue_amount else 0 end) as orders_of_cohorts
            from marts.fct_orders as orders
            left join marts.dim_customers as customers using (company_id, customer_id)
            group by all
        )

        select *, customers + guests as customers_and_guests
        from orders
        left join (select company_id, sum(net_revenue_amount) as days
                   from marts.fct_daily_revenue group by all) using (company_id)
        left join (select company_id, sum(net_revenue_amount) as months,
                   sum(guest_revenue_amount) as guests
                   from marts.fct_monthly_revenue group by all) using (company_id)
        left join (select company_id, sum(net_revenue_amount) as customers
                   from marts.fct_customer_months group by all) using (company_id)
        left join (select company_id, sum(net_revenue_amount) as cohorts
                   from marts.fct_cohort_revenue group by all) using (company_id)
        order by company_id
        """
    ).fillna(0)
    agree["is_equal"] = agree[["days", "months", "customers_and_guests"]].eq(
        agree["orders"], axis="index"
    ).all(axis="columns") & (agree["cohorts"] == agree["orders_of_cohorts"])
    show.table(
        agree,
        {
            "company_id": ("Company", "text"),
            "orders": ("Orders", "money"),
            "days": ("Days", "money"),
            "months": ("Months", "money"),
            "customers_and_guests": ("Customers and guests", "money"),
            "orders_of_cohorts": ("Orders of cohorts", "money"),
            "cohorts": ("Cohorts", "money"),
            "is_equal": ("Equal", "text"),
        },
        "Net revenue, each in its company's currency, from marts.fct_orders, fct_daily_revenue,"
        " fct_monthly_revenue, fct_customer_months and fct_cohort_revenue. Customers with orders"
        " older than the log have no cohort. A refund of an order that is not in the log is in"
        " fct_orders too (is_refund_without_order): no order, but money back.",
    )
    return (agree,)


@app.cell(hide_code=True)
def _(agree):
    mo.md(f"""
    They agree in {agree["is_equal"].sum()} of {len(agree)} rows. Were it otherwise, a test would
    have failed, and nothing been released.
    """)
    return


if __name__ == "__main__":
    app.run()
