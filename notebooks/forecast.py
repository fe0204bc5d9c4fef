"""The revenue forecast of one company, step by step, and how good such forecasts were."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", css_file="support/page.css", app_title="The revenue forecast")

with app.setup:
    import marimo as mo

    from notebooks.support import forecast_pictures, sections, show
    from notebooks.support.release import Warehouse
    from reporting import words


@app.cell(hide_code=True)
def _():
    warehouse = Warehouse()
    chosen = show.chooser(warehouse)
    chosen
    return chosen, warehouse


@app.cell(hide_code=True)
def _(chosen, warehouse):
    company = chosen.value
    show.heading(company, warehouse, "the revenue forecast")
    return (company,)


@app.cell(hide_code=True)
def _(company, warehouse):
    run, why_none = sections.current_run(warehouse, company)
    totals = sections.totals(warehouse, company, why_none)
    # Said in full where the forecast is first shown.
    none = show.note("There is no forecast to show.")
    return none, run, totals, why_none


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## What it has learnt from

    The forecast is made of daily net revenue up to the last whole day. A run that failed, or a log
    that is too short, gives no forecast, and says why.
    """)
    return


@app.cell
def _(company, run, warehouse, why_none):
    mo.stop(why_none, show.note(why_none))
    _weeks = warehouse.sql(
        "from marts.fct_revenue_fan where company_id = $company order by week_end_date",
        company=company.company_id,
    )
    _until = f"to {words.day(run['trained_through_date'])}"
    _worth = f"worth {run['effective_window_count'] or 0:.1f} without overlap"
    _ahead = f"for {words.counted(run['horizon_days'], 'day')} ahead"
    show.together(
        show.figures(
            ("Learnt from", words.counted(run["history_day_count"], "day"), _until),
            ("Past windows compared", show.shown(run["backtest_window_count"], "int"), _worth),
            ("Paths simulated", show.shown(run["path_count"], "int"), _ahead),
        ),
        show.picture(
            forecast_pictures.fan(_weeks, company),
            f"Net revenue per week, {show.text(company.amount)}, and what is forecast: the median"
            " and the ranges that hold one half and four fifths; days of"
            f" {show.text(company.time_zone)}. From marts.fct_revenue_fan.",
        ),
    )
    return


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## What the next days bring, and how likely

    The range of a total comes from the totals of whole simulated paths, so it is not the sum of
    daily ranges. P10 is the amount that one in ten paths stays below.
    """)
    return


@app.cell(hide_code=True)
def _(totals):
    _days = {f"{days} days": days for days in totals["horizon_days"].unique().tolist()}
    horizon = mo.ui.dropdown(_days, value=next(reversed(_days), None), label="Days ahead")
    horizon
    return (horizon,)


@app.cell
def _(company, horizon, none, totals, warehouse, why_none):
    mo.stop(why_none, none)
    _ranges = totals[totals["quantile"].isin([0.1, 0.5, 0.9])].pivot_table(
        index="horizon_days", columns="quantile", values="total_net_revenue_amount"
    )
    _before = warehouse.rows(
        """
        select year_before_amount as amount, probability_below_year_before_label as chance
        from marts.fct_forecast_outlook
        where company_id = $company and horizon_days = $days and year_before_amount is not null
        """,
        company=company.company_id,
        days=horizon.value,
    )
    _said = "".join(
        f" Less than the same days a year before: {show.text(row['chance'])}." for row in _before
    )
    _quantiles = totals[totals["horizon_days"] == horizon.value]
    show.together(
        show.table(
            _ranges.set_axis(["p10", "p50", "p90"], axis="columns").reset_index(),
            {
                "horizon_days": ("Next days", "int"),
                "p10": ("P10", "money"),
                "p50": ("Median", "money"),
                "p90": ("P90", "money"),
            },
            f"Net revenue together, {show.text(company.amount)}, from the day after the last whole"
            " day of the log. From marts.fct_revenue_forecast_totals.",
        ),
        show.picture(
            forecast_pictures.distribution(
                _quantiles, company, float(_before[0]["amount"]) if _before else None
            ),
            f"How likely the next {horizon.value} days together bring less than an amount,"
            f" {show.text(company.amount)}.{_said}",
        ),
    )
    return


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## What moves it

    The median of the longest horizon in parts: the level of late, the trend, the season, holidays,
    and refunds still to come.
    """)
    return


@app.cell
def _(company, none, warehouse, why_none):
    mo.stop(why_none, none)
    _parts = warehouse.sql(
        """
        from marts.fct_forecast_components
        where company_id = $company and (net_revenue_amount <> 0 or change_amount <> 0)
        qualify horizon_days = max(horizon_days) over ()
        order by component_rank
        """,
        company=company.company_id,
    )
    mo.stop(_parts.empty, none)
    show.together(
        show.picture(
            forecast_pictures.components(_parts, company),
            f"The median in its parts, {show.text(company.amount)}.",
        ),
        show.table(
            _parts,
            {
                "component_label": ("Part", "text"),
                "component_note": ("What it is", "text"),
                "net_revenue_amount": ("Adds", "money"),
                "change_amount": ("Since the forecast before", "money"),
            },
            "From marts.fct_forecast_components.",
        ),
    )
    return


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## Who brings it, and what it is made of

    Customers of today, customers not yet won, and guests, whom nobody can tell apart. Simple
    forecasts are pooled: each simulates paths, and the pool draws from them by weights that the
    backtest sets.
    """)
    return


@app.cell
def _(company, none, run, warehouse, why_none):
    mo.stop(why_none, none)
    show.together(sections.sources(warehouse, company), sections.members(warehouse, company, run))
    return


@app.cell(hide_code=True)
def _():
    mo.md("""
    ## What such forecasts would have said

    The backtest goes back to past days, forgets all that came later, forecasts, and compares. Its
    windows overlap, so they count for fewer than they are. How far the forecast may be trusted
    rests on this alone.
    """)
    return


@app.cell
def _(company, horizon, none, warehouse, why_none):
    mo.stop(why_none, none)
    _tests = warehouse.sql(
        """
        from marts.fct_forecast_backtests
        where company_id = $company and model_name = 'paidnet' and horizon_days = $days
        order by cutoff_date
        """,
        company=company.company_id,
        days=horizon.value,
    )
    _days = f"{horizon.value} days"
    mo.stop(_tests.empty, show.note(f"The log is too short for past windows of {_days}."))
    show.together(
        show.picture(
            forecast_pictures.backtests(_tests, company),
            f"Net revenue of the {_days} after each cutoff, {show.text(company.amount)}: ranges as"
            " they would have been forecast, and what came. From marts.fct_forecast_backtests.",
        ),
        show.picture(
            forecast_pictures.places(_tests["pit"].dropna()),
            f"Where what came fell in past forecasts of {_days}: a heap at the right says that they"
            " were too low, at both ends that they were too narrow. Few windows say little.",
        ),
    )
    return


@app.cell
def _(company, warehouse, why_none):
    mo.stop(why_none)
    _quality = warehouse.sql(
        """
        select
            *, least(
                crps_skill_over_naive_seasonal_7, crps_skill_over_naive_seasonal_364,
                crps_skill_over_naive_recent_bootstrap
            ) as skill
        from marts.fct_forecast_quality
        where company_id = $company and scope = 'company' and model_name = 'paidnet'
        order by horizon_days
        """,
        company=company.company_id,
    )
    mo.stop(_quality.empty, sections.trust(warehouse, company))
    show.together(
        sections.trust(warehouse, company),
        show.picture(
            forecast_pictures.coverage(_quality),
            "How often ranges of the backtest held what came, beside what they promise: below the"
            " red line they were too narrow, above it wider than need be.",
        ),
        show.table(
            _quality,
            {
                "horizon_days": ("Next days", "int"),
                "window_count": ("Windows", "int"),
                "effective_window_count": ("Without overlap", "number"),
                "coverage_80_share": ("80 % range held", "percent"),
                "wape_share": ("Median off by", "percent"),
                "width_80_share": ("Width of the range", "percent"),
                "skill": ("Less error than the best simple one", "percent"),
            },
            "Error and width as a share of what came. Simple ones: the same weekday last week, the"
            " same day last year, recent weeks; below zero the best of them had less error. From"
            " marts.fct_forecast_quality.",
        ),
    )
    return


@app.cell(hide_code=True)
def _(company, warehouse):
    show.together(
        mo.md("""
        ## Does the forecast of single customers hold?

        The same for customers: at a past day each got an expected spend. Sorted by it and cut into
        tenths, what came should be as high as what was expected.
        """),
        sections.customer_deciles(warehouse, company),
    )
    return


if __name__ == "__main__":
    app.run()
