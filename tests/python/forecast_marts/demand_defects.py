"""What may be wrong with the demand of products, and with stock beside it."""

from __future__ import annotations

from tests.python.forecast_marts.defect import Defect, given

FORECAST, REORDER = "fct_product_forecast", "fct_reorder_list"
QUALITY, COVER = "fct_demand_quality", "fct_stock_cover"
UNIQUE = "unique_combination_"


def week(p10: float = 1.0) -> str:
    """Return SQL that gives the company a week of a product."""
    return (
        f"insert into marts.{FORECAST} values ('{{company}}', 'mug', 'Mug', 'Kitchen', 1,"
        f" '2024-01-02', '2024-01-08', 2.0, 2.0, {p10}, 2.0, 3.0, 10.00, 5.0, 0.1, 'tsb', 1.0,"
        " '2024-01-01', 'EUR')"
    )


def listed(number: int = 1, sku: str = "mug", ordered: int = 3) -> str:
    """Return SQL that gives the company a product to order."""
    return (
        f"insert into marts.{REORDER} values ('{{company}}', {number}, '{sku}', 'Mug', 'Kitchen',"
        f" 5.0, 9.0, 14, 'default', 4.0, 0.1, false, {ordered}, 2.00, '2024-01-01', 'EUR')"
    )


DEFECTS: dict[str, Defect] = {
    "product_week_twice": Defect(
        (f"{UNIQUE}{FORECAST}_company_id__sku__week_number",), sql=week() + ";" + week()
    ),
    "product_quantiles_cross": Defect((f"{FORECAST}__ranges_and_sums_agree",), sql=week(p10=2.5)),
    "product_listed_twice": Defect(
        (f"{UNIQUE}{REORDER}_company_id__sku",),
        sql=listed(1, ordered=0) + ";" + listed(2, ordered=0),
    ),
    "two_products_in_one_place": Defect(
        (f"{UNIQUE}{REORDER}_company_id__reorder_number",),
        sql=listed(1, "mug", 0) + ";" + listed(1, "jar", 0),
    ),
    "ordered_without_need": Defect((f"{REORDER}__what_may_run_out_is_ordered",), sql=listed()),
    "demand_quality_twice": Defect(
        (f"{UNIQUE}{QUALITY}_company_id__model_name",),
        sql=";".join(
            [f"insert into marts.{QUALITY} values ('{{company}}', 'tsb', 3, 0.1, 0.8)"] * 2
        ),
    ),
    "demand_covered_in_percent": Defect(
        (f"{QUALITY}__shares_are_in_their_range",),
        sql=f"insert into marts.{QUALITY} values ('{{company}}', 'tsb', 3, 0.1, 80)",
    ),
    "stock_twice": Defect((f"{UNIQUE}{COVER}_company_id__sku",), sql=given(COVER, 2)),
    "more_covered_than_needed": Defect(
        (f"{COVER}__what_is_covered_is_needed",),
        sql=given(COVER, change=", 1 as needed_60_amount, 2 as covered_60_amount"),
    ),
}
