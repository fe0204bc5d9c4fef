"""The basic questions on one company: what an order, a customer, a month is worth, what is next."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", css_file="support/page.css", app_title="Questions on a company")

with app.setup:
    from functools import partial

    import marimo as mo

    from notebooks.support import findings, pictures, sections, show
    from notebooks.support.release import Warehouse


@app.cell(hide_code=True)
def _():
    warehouse = Warehouse()
    chosen = show.chooser(warehouse)
    chosen
    return chosen, warehouse


@app.cell(hide_code=True)
def _(chosen, warehouse):
    company = chosen.value
    money, share = partial(show.amount, company=company), partial(show.shown, kind="percent")
    show.heading(company, warehouse, "the basic questions")
    return company, money, share


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## What is a transaction worth?

    A transaction is a paid order, worth what was paid less all that was refunded on it. The mean
    moves with a few large orders, the median does not.
    """)
    return


@app.cell
def _(company, money, warehouse):
    orders = warehouse.sql(
        "select net_revenue_amount from marts.fct_orders where company_id = $company and is_paid",
        company=company.company_id,
    )
    _net = orders["net_revenue_amount"]
    mo.stop(orders.empty, show.note("There is no paid order."))
    show.together(
        show.figures(
            ("Average transaction", money(_net.mean()), "mean of all paid orders"),
            ("Median", money(_net.median()), "half of them bring less"),
            ("Paid orders", show.shown(len(_net), "int"), "in the log"),
        ),
        show.picture(
            pictures.order_values(_net, company),
            f"Paid orders by their net revenue, {show.text(company.amount)}; the largest hundredth"
            " is left out. Orders refunded in full stand at 0. From marts.fct_orders.",
        ),
    )
    return


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## What is a customer worth?

    The same per customer: first each customer's own average, then the mean over customers, so that
    one who buys often counts once. Guests, whom nobody can tell apart, are left out.
    """)
    return


@app.cell
def _(company, money, share, warehouse):
    customers = warehouse.sql(
        "select paid_order_count, net_revenue_amount, average_order_amount from marts.dim_customers"
        " where company_id = $company and paid_order_count > 0",
        company=company.company_id,
    )
    _orders, _spent, _averages = (customers[name] for name in customers)
    _once = _orders.eq(1).mean()
    mo.stop(customers.empty, show.note("No paid order names its customer."))
    show.together(
        show.figures(
            ("Average transaction of a customer", money(_averages.mean()), "mean over customers"),
            ("Spent so far", money(_spent.mean()), f"mean; the median is {money(_spent.median())}"),
            ("Customers", show.shown(len(customers), "int"), f"{share(_once)} bought once"),
        ),
        show.picture(
            pictures.loyalty(customers),
            "Customers by how many paid orders they have in the log, and their share of the revenue"
            " of all customers. From marts.dim_customers.",
        ),
    )
    return


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## What does a month bring, and a customer in it?

    New customers are those whose first paid order is in the month; all their orders of that month
    are new revenue. Spend per customer is revenue without guests over the customers who bought.
    """)
    return


@app.cell
def _(company, warehouse):
    months = warehouse.sql(
        "from marts.fct_monthly_revenue where company_id = $company order by revenue_month",
        company=company.company_id,
    )
    show.note("There is no month with an order.") if months.empty else show.picture(
        pictures.months(months.tail(24), company),
        f"Net revenue by month of the order, {show.text(company.amount)}, and below it what a"
        f" customer and an order bring; months of {show.text(company.time_zone)}, the last 24.",
    )
    return (months,)


@app.cell
def _(company, money, months, warehouse):
    _spread = warehouse.rows(
        """
        select avg(net_revenue_amount) as mean, median(net_revenue_amount) as median
        from marts.fct_customer_months as spent
        semi join (from marts.fct_monthly_revenue where not is_partial_month) as months
            on spent.company_id = months.company_id and spend_month = revenue_month
        where company_id = $company
        """,
        company=company.company_id,
    )[0]
    show.together(
        show.figures(
            ("Spend per customer and month", money(_spread["mean"]), "mean of whole months"),
            ("Median", money(_spread["median"]), "half of them spend less"),
        ),
        show.table(
            months.tail(12).iloc[::-1],
            {
                "revenue_month": ("Month", "month"),
                "is_partial_month": ("In part", "text"),
                "net_revenue_amount": ("Net revenue", "money"),
                "new_customer_revenue_share": ("From new customers", "percent"),
                "customer_count": ("Customers", "int"),
                "average_customer_spend_amount": ("Per customer", "money"),
                "average_order_amount": ("Per order", "money"),
            },
            f"Amounts {show.text(company.in_currency)}; the share of new customers is of revenue"
            " without guests. From marts.fct_monthly_revenue and fct_customer_months.",
        ),
    )
    return


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## On how many days of a week do customers buy?

    Weeks begin on Monday. Only weeks in which the customer bought are counted, and two orders on
    one day are one day.
    """)
    return


@app.cell
def _(company, share, warehouse):
    days = warehouse.sql(
        """
        select active_day_count, count(*) / sum(count(*)) over () as week_share
        from marts.fct_customer_weeks where company_id = $company
        group by active_day_count order by active_day_count
        """,
        company=company.company_id,
    )
    weeks = warehouse.sql(
        """
        from marts.fct_customer_activity
        where company_id = $company and period_type = 'week' and not is_partial_period
        order by period_start_date
        """,
        company=company.company_id,
    )
    _mean = (days["active_day_count"] * days["week_share"]).sum()
    mo.stop(days.empty, show.note("No paid order names its customer."))
    show.together(
        show.figures(
            ("Days per week", f"{_mean:.2f}", "mean of weeks with an order"),
            ("On one day only", share(days["week_share"].iloc[0]), "of such weeks"),
        ),
        show.picture(
            pictures.week_days(days, weeks),
            "Left: weeks of single customers by the days they bought on. Right: the mean per active"
            f" customer, whole weeks of {show.text(company.time_zone)} only.",
        ),
    )
    return


@app.cell
def _(company, warehouse):
    show.together(
        mo.md("""
        ## What have the customers of a month spent since?

        A row is the customers whose first order is in that month; a cell is what one of them has
        spent on average by the end of that month of age, whether or not they still buy.
        """),
        sections.cohorts(warehouse, company),
    )
    return


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## What will customers spend next month?

    Next month is the first whole calendar month after the log. Each customer of today has a
    forecast; together they are the part of the revenue forecast that these customers bring.
    """)
    return


@app.cell
def _(company, money, warehouse):
    _lacks = warehouse.lacks("fct_revenue_forecast_by_source", "fct_customer_spend_forecast")
    mo.stop(_lacks, show.note(_lacks))
    _ahead = warehouse.sql(
        """
        select
            ahead.customer_id, ahead.expected_net_revenue_amount as expected,
            ahead.p10_net_revenue_amount as p10, ahead.p90_net_revenue_amount as p90,
            ahead.probability_of_purchase as chance,
            customers.last_paid_date, customers.net_revenue_amount as spent
        from marts.fct_customer_spend_forecast as ahead
        inner join marts.dim_customers as customers using (company_id, customer_id)
        where ahead.company_id = $company and ahead.window_name = 'next_month'
        order by expected desc, ahead.customer_id
        """,
        company=company.company_id,
    )
    mo.stop(_ahead.empty, sections.next_month(warehouse, company))
    _buyers, _all = show.shown(_ahead["chance"].sum(), "int"), show.shown(len(_ahead), "int")
    _unit = show.text(company.amount)
    show.together(
        sections.next_month(warehouse, company),
        show.figures(
            ("Expected of a customer", money(_ahead["expected"].mean()), "mean of all customers"),
            ("Customers who will buy", _buyers, f"expected, of {_all}"),
        ),
        show.picture(
            pictures.chances(_ahead, company),
            f"Customers by their chance of a purchase, and what they will spend, {_unit}.",
        ),
        show.table(
            _ahead.head(10),
            {
                "customer_id": ("Customer", "text"),
                "expected": ("Expected", "money"),
                "p10": ("P10", "money"),
                "p90": ("P90", "money"),
                "chance": ("Chance of a purchase", "percent"),
                "last_paid_date": ("Last order", "day"),
                "spent": ("Spent so far", "money"),
            },
            f"The ten with most expected spend, {_unit}. <code>python -m reporting export</code>"
            " writes all. From marts.fct_customer_spend_forecast.",
        ),
        sections.customer_quality(warehouse, company),
    )
    return


@app.cell
def _(company, warehouse):
    show.together(
        mo.md("""
        ## Three findings

        What stands out first, by the thresholds of `seeds/reference/risk_thresholds.csv`, with the
        picture behind it: evidence for a person, never a decision.
        """),
        findings.first(warehouse, company, 3),
    )
    return


if __name__ == "__main__":
    app.run()
