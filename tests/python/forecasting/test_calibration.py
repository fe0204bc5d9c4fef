"""Errors of completed windows, and nothing else, widen or narrow a forecast."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from forecasting.revenue import calibration, prior, z_tables
from forecasting.revenue.backtest import totals
from forecasting.revenue.z_tables import Errors, Table
from forecasting.settings import Settings
from tests.python.forecasting import makers
from tests.python.forecasting.makers import QUICK

ONE = dataclasses.replace(QUICK, horizon_days=30)
BLANK = prior.blank()
RUN = makers.a_run(QUICK, BLANK)
CUTOFF = np.datetime64("2024-01-01")


def rows(
    count: int, company: str, z: float = 0.0, horizon: int = 30, gap: int = 14, route: str = "short"
) -> list[tuple]:
    """Return rows of Errors, the last completed on CUTOFF."""
    ends = [CUTOFF - gap * place for place in range(count)]
    return [(company, route, horizon, end, end - horizon, z) for end in ends]


def table(found: list[tuple], company: str = "shop", horizon: int = 30) -> Table:
    paths = makers.flat_paths(np.linspace(0.9, 1.1, 200), 60)
    one = makers.window(paths, np.ones(60), str(CUTOFF))
    return z_tables.table(Errors.of(found), company, one, horizon, RUN)


def coverage(settings: Settings, factor: float, shift: float, *, is_additive: bool) -> list[float]:
    """Return the share of totals in the 80 % interval, raw and calibrated, of forecasts whose
    spread is `factor` times what it should be and whose median is off by `shift`.
    """
    rng, run = np.random.default_rng(2), makers.a_run(settings, BLANK)
    windows = []
    for place, company in itertools.product(range(25), range(50)):
        true = 0.2 * np.exp(rng.normal(0, 0.2))
        normal = factor * true * rng.normal(size=200)
        came = true * rng.normal() + shift
        raw, actual = (5 * normal, 5 * came) if is_additive else (np.exp(normal), np.exp(came))
        cutoff = str(np.datetime64("2020-01-01") + 40 * place)
        days = makers.flat_paths(raw, 30)
        windows.append((f"c{company}", makers.window(days, np.full(30, actual), cutoff, settings)))
    errors = Errors.of([row for each in windows for row in makers.errors_of(*each, settings)])
    inside = []
    for name, one in windows[500:]:
        by = {30: z_tables.table(errors, name, one, 30, run)}
        assert by[30].label == "pooled"
        both = one.paths, calibration.calibrate(one, by, run)
        bounds = [np.quantile(paths.sum(axis=1, dtype=float), [0.1, 0.9]) for paths in both]
        inside.append([low <= one.actual.sum() <= high for low, high in bounds])
    return np.mean(inside, axis=0).tolist()


@pytest.mark.parametrize(("factor", "shift"), [(1 / 3, 0.0), (1 / 3, -0.15), (2.0, 0.0)])
@pytest.mark.parametrize("is_additive", [False, True])
def test_mis_scaled_forecasts_come_to_cover_80_percent(
    factor: float, shift: float, *, is_additive: bool
) -> None:
    pooled_only = dataclasses.replace(ONE, own_window_count=10**6)
    raw, calibrated = coverage(pooled_only, factor, shift, is_additive=is_additive)
    assert abs(raw - 0.8) > 0.15
    assert calibrated == pytest.approx(0.8, abs=0.03)


def test_own_windows_cost_no_coverage_where_they_tell_nothing() -> None:
    _, calibrated = coverage(ONE, 1 / 3, 0.0, is_additive=False)
    assert calibrated == pytest.approx(0.8, abs=0.03)


def test_a_window_completed_after_the_cutoff_changes_nothing() -> None:
    found = rows(60, "shop", 0.3) + [row for n in range(6) for row in rows(20, f"c{n}", 0.1 * n)]
    late = ("shop", "short", 30, CUTOFF + 1, CUTOFF - 29, 50.0)
    others_late = ("c1", "short", 30, CUTOFF + 1, CUTOFF - 29, 50.0)
    before, after = table(found), table([*found, late, others_late])
    assert after.z.tolist() == before.z.tolist()
    assert after.probability.tolist() == before.probability.tolist()
    assert (after.label, after.window_count) == (before.label, before.window_count)
    on_the_day = ("shop", "short", 30, CUTOFF, CUTOFF - 30, 50.0)
    assert table([*found, on_the_day]).z.max() > before.z.max()


def test_errors_of_a_longer_horizon_do_not_count() -> None:
    others = [row for n in range(6) for row in rows(20, f"c{n}", 9.0, horizon=60)]
    found = others + rows(60, "shop", 9.0, horizon=60)
    assert table(found).window_count == 0
    assert table(found).z.tolist() == table([]).z.tolist()


def test_others_count_with_every_route_and_their_longest_horizon_half_if_it_is_shorter() -> None:
    """An error counts as a multiple of what the prior expects of its route and horizon."""
    shipped = makers.a_run(QUICK)
    one = makers.window(makers.flat_paths(np.linspace(0.9, 1.1, 200), 60), np.ones(60), str(CUTOFF))

    def scaled(route: str, horizon: int) -> float:
        usual = np.quantile(np.abs(shipped.prior.z_table(route, horizon)), 0.8)
        found = [
            row
            for n in range(5)
            for row in rows(8, f"c{n}", 4 * usual, horizon=horizon, gap=60, route=route)
        ]
        # Of the same windows, what a shorter horizon saw does not count beside a longer one.
        found += [(*row[:2], 30, row[4] + 30, row[4], 0.0) for row in found if horizon == 60]
        made = z_tables.table(Errors.of(found), "shop", one, 60, shipped)
        return made.quantile(np.array([0.9]))[0]

    before = np.quantile(shipped.prior.z_table("short", 60), 0.9)
    assert scaled("short", 60) == pytest.approx(before * 4 ** (40 / 45), rel=0.08)
    assert scaled("long", 60) == pytest.approx(scaled("short", 60))
    assert scaled("long", 30) == pytest.approx(
        scaled("long", 60) * 4 ** (20 / 25 - 40 / 45), rel=0.02
    )


@pytest.mark.parametrize(
    ("count", "gap", "effective"), [(10, 14, (126 + 60) / 60), (5, 100, 5.0), (1, 14, 1.0)]
)
def test_own_errors_scale_those_of_others_with_weight_n_over_n_plus_8(
    count: int, gap: int, effective: float
) -> None:
    own = [
        (*row[:5], (-1) ** place * 2.0) for place, row in enumerate(rows(count, "shop", 0, 60, gap))
    ]
    before, found = table([], horizon=60), table(own, horizon=60)
    assert found.window_count == count
    share = effective / (effective + 8)
    usual = np.abs(before.z).mean()
    assert found.z == pytest.approx(before.z * (1 - share + share * 2 / usual))
    assert found.probability.tolist() == before.probability.tolist()


def test_others_scale_the_borders_of_the_ranges_with_weight_n_over_n_plus_5() -> None:
    before = table([])
    # Six in ten errors are 2, the others 3: the border of the 50 % range, and of the 80 % range.
    sizes = (2.0, 2.0, 2.0, 3.0, -3.0)
    found = table([row for n, z in enumerate(sizes) for row in rows(10, f"c{n}", z, gap=30)])
    borders = np.array([0.25, 0.75, 0.1, 0.9])
    ratio = found.quantile(borders) / before.quantile(borders)
    expected = np.array([2, 2, 3, 3]) / np.abs(before.quantile(borders))
    assert ratio == pytest.approx(expected ** (50 / 55), rel=0.03)


def test_own_errors_are_measured_against_those_of_the_installation() -> None:
    others = [row for n in range(5) for row in rows(10, f"c{n}", 3.0, gap=30)]
    border = np.array([0.9])
    without = table(others).quantile(border)
    # All others' errors are 3: about that is usual, and a ninth of the distance to it is added.
    by_size = [
        (table(others + rows(1, "shop", size)).quantile(border) / without)[0] for size in (1.0, 2.0)
    ]
    slope = by_size[1] - by_size[0]
    usual = 1 + (1 - by_size[0]) / slope
    assert 2 < usual < 3
    assert slope == pytest.approx(1 / 9 / usual)


def steady(count: int, each: int) -> list[tuple]:
    """Return the errors of shops a quarter as far off as the prior expects."""
    rng = np.random.default_rng(0)
    return [
        (*row[:5], 0.25 * rng.normal()) for n in range(count) for row in rows(each, f"c{n}", gap=40)
    ]


def width(found: Table) -> float:
    low, high = found.quantile(np.array([0.1, 0.9]))
    return high - low


def test_a_break_of_one_company_in_fifty_widens_nobodys_range() -> None:
    """It lies in the far tail, as likely as breaks have been."""
    calm = steady(50, 8)

    def broken(*companies: str) -> Table:
        return table([(*row[:5], -40.0) if row[0] in companies else row for row in calm])

    before, after = table(calm), broken("c7")
    assert width(after) == pytest.approx(width(before), rel=0.03)
    # Counted as errors like others, breaks of one in ten would widen the range by a quarter.
    assert width(broken("c1", "c2", "c3", "c4", "c5")) == pytest.approx(width(before), rel=0.06)
    beyond = [np.interp(-1.3, one.z, one.probability) for one in (before, after)]
    assert beyond[0] < beyond[1] < 0.05
    # Half of all windows are no exception: they are how this installation errs.
    many = [row if int(row[0][1:]) % 2 else (*row[:5], 4 * row[5]) for row in calm]
    assert width(table(many)) > 1.5 * width(before)


def test_ranges_narrow_as_the_history_of_steady_shops_grows() -> None:
    widths = [width(table(steady(20, each))) for each in (2, 8, 16)]
    assert widths[0] < 0.45 * width(table([])), "within a year"
    assert widths[-1] == pytest.approx(2 * 1.2816 * 0.25, rel=0.15)
    assert abs(widths[-1] - 0.64) < abs(widths[0] - 0.64)


@pytest.mark.parametrize(
    ("companies", "each", "label"),
    [(4, 20, "prior"), (5, 7, "prior"), (5, 8, "pooled"), (40, 1, "pooled")],
)
def test_calibration_is_pooled_from_5_companies_and_40_windows(
    companies: int, each: int, label: str
) -> None:
    found = table([row for n in range(companies) for row in rows(each, f"c{n}")])
    assert found.label == label
    assert found.window_count == (companies * each if label == "pooled" else 0)


def test_a_company_of_its_own_does_not_count_among_the_others() -> None:
    found = rows(40, "shop") + [row for n in range(4) for row in rows(20, f"c{n}")]
    assert table(found).label == "prior"


@pytest.mark.parametrize(
    ("low", "high", "kind"),
    [(0.5, 2.0, "log"), (-0.02, 2.0, "log"), (-0.2, 2.0, "added"), (-3.0, -1.0, "added")],
)
def test_errors_are_added_where_median_or_p05_is_not_positive(
    low: float, high: float, kind: str
) -> None:
    raw = np.linspace(low, high, 200) * 30
    one = makers.window(makers.flat_paths(raw / 30, 60), np.ones(60))
    middle = calibration.centre(raw, 30, one, BLANK)
    assert middle.kind == kind
    assert middle.median == pytest.approx(np.median(raw))
    assert middle.total(np.array([middle.z(7.0)])) == pytest.approx([7.0])
    assert middle.total(np.zeros(1)) == pytest.approx([middle.median])


def test_a_sparse_shop_whose_median_is_nothing_stays_as_it_is() -> None:
    paths = makers.flat_paths(np.append(np.zeros(150), np.ones(50)), 60)
    one = makers.window(paths, np.ones(60))
    assert calibration.centre(paths.sum(axis=1), 60, one, BLANK).kind == "none"
    by = {h: table([], horizon=h) for h in (30, 60)}
    assert calibration.calibrate(one, by, RUN).tolist() == paths.tolist()
    assert makers.errors_of("shop", one, QUICK) == []


def test_a_sparse_shop_has_the_calibrated_quantiles() -> None:
    """No horizon's errors are added where no day is negative, so nothing is clipped at zero."""
    rng = np.random.default_rng(0)
    gross = np.where(rng.random(200) < 0.06, 500 * np.exp(rng.normal(0, 0.5, 200)), 0)
    settings = Settings(path_count=500)
    run = makers.a_run(settings)
    window, paths = makers.forecast(makers.series(gross), settings)
    raw, got = totals(window.paths, settings), totals(paths / window.scale, settings)
    for place, horizon in enumerate(settings.horizons):
        middle = calibration.centre(raw[:, place], horizon, window, run.prior)
        by = z_tables.table(Errors.of([]), "", window, horizon, run)
        wanted = middle.total(by.quantile(np.array([0.5, 0.9, 0.95])))
        assert np.quantile(got[:, place], [0.5, 0.9, 0.95]) == pytest.approx(wanted, rel=0.25)


def test_a_total_of_nothing_is_a_finite_error() -> None:
    one = makers.window(makers.flat_paths(np.linspace(0.5, 2, 200), 60), np.zeros(60))
    found = makers.errors_of("shop", one, QUICK)
    assert len(found) == 2
    assert np.isfinite([row[-1] for row in found]).all()
    assert found[0][-1] < -5


def test_only_completed_horizons_give_errors() -> None:
    one = makers.window(makers.flat_paths(np.linspace(0.5, 2, 200), 60), np.ones(45))
    found = makers.errors_of("shop", one, QUICK)
    assert [(row[2], row[3]) for row in found] == [(30, CUTOFF + 30)]


@pytest.mark.parametrize("offset", [0.0, -1.0])
def test_ranks_of_paths_are_kept_and_totals_are_the_tables(offset: float) -> None:
    rng = np.random.default_rng(3)
    base = np.exp(rng.normal(0, 0.3, 200)) + offset
    paths = base[:, None] + 0.05 * rng.normal(size=(200, 60))
    one = makers.window(paths, np.ones(60))
    raw = totals(one.paths, QUICK)
    by = {h: Table(np.linspace(-2, 3, 51), np.linspace(0.001, 0.999, 51), "", 0) for h in (30, 60)}
    found = totals(calibration.calibrate(one, by, RUN), QUICK)
    rank = (np.argsort(np.argsort(raw[:, 0], kind="stable")) + 0.5) / 200
    middle = calibration.centre(raw[:, 0], 30, one, BLANK)
    assert found[:, 0] == pytest.approx(middle.total(by[30].quantile(rank)), rel=1e-4, abs=1e-3)
    assert np.argsort(found[:, 0]).tolist() == np.argsort(raw[:, 0]).tolist()
    if offset:  # added errors reach both horizons' totals exactly
        assert np.argsort(found[:, 1]).tolist() == np.argsort(raw[:, 1]).tolist()
