"""Sections of a scenario that describe the files: places, columns, mess, entities."""

from typing import Annotated, Literal

from faker.config import AVAILABLE_LOCALES
from pydantic import Field, field_validator, model_validator

from simulation.sections import Day, NonNegative, Positive, Rate, Section, Span

OPTIONAL_COLUMNS = (
    "customer_order_count",
    "customer_total_spent",
    "customer_created_at",
    "currency",
    "channel_id",
    "country",
    "state",
    "city",
    "discount",
    "tax",
    "shipping",
)
OptionalColumn = Literal[OPTIONAL_COLUMNS]  # type: ignore[valid-type]
MalformedKind = Literal["too_few", "too_many", "broken_quote", "invalid_bytes"]

SKU_PREFIX, FIRST_SKU_NUMBER = "SKU", 1_001
Sku = Annotated[str, Field(pattern=rf"^{SKU_PREFIX}[1-9]\d{{3,8}}$")]


def sku_index(sku: str) -> int:
    """Return the index of a SKU in the catalogue."""
    return int(sku.removeprefix(SKU_PREFIX)) - FIRST_SKU_NUMBER


class Place(Section):
    """A place customers live in, with its relative share."""

    country: str
    state: str = ""
    city: str
    share: Positive = 1.0


class Failing(Section):
    """From a date on a channel gets only `level` of the orders it would have got."""

    date: Day
    level: Rate


class Channel(Section):
    """A sales channel, with its relative share of orders."""

    channel_id: str
    channel_name: str
    platform: str = "own"
    commission_rate: Rate = 0.0
    share: Positive = 1.0
    failing: Failing | None = None


class OrderFile(Section):
    """What the order file carries beside the required columns."""

    columns: tuple[OptionalColumn, ...] = ()
    order_id_prefix: str | None = None
    first_order_number: int = Field(default=100_001, ge=1)
    tax_rate: Rate = 0.0
    shipping_fee: NonNegative = 0.0
    free_shipping_from: Positive | None = None
    discount_share: Rate = 0.0
    discount_rate: Annotated[float, Field(ge=0, lt=1)] = 0.1

    @field_validator("columns")
    @classmethod
    def _named_once(cls, columns: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(columns)) < len(columns):
            raise ValueError("a column is named twice")
        return tuple(name for name in OPTIONAL_COLUMNS if name in columns)


class Mess(Section):
    """Share of order rows that are written wrongly, by kind; no row gets two kinds."""

    duplicates: Rate = 0.0
    duplicates_changed_share: Rate = 0.5
    bad_dates: Rate = 0.0
    missing_order_ids: Rate = 0.0
    missing_customer_ids: Rate = 0.0
    missing_prices: Rate = 0.0
    negative_prices: Rate = 0.0
    non_numeric_prices: Rate = 0.0
    mixed_case_statuses: Rate = 0.0
    unknown_statuses: Rate = 0.0
    other_time_zones: Rate = 0.0
    counter_errors: Rate = 0.0
    refunds_on_unpaid: Rate = 0.0
    malformed_lines: Rate = 0.0
    malformed_kinds: tuple[MalformedKind, ...] = Field(
        default=("too_few", "too_many", "broken_quote", "invalid_bytes"), min_length=1
    )

    @model_validator(mode="after")
    def _leaves_room(self) -> "Mess":
        apart = {"duplicates_changed_share", "malformed_kinds", "refunds_on_unpaid"}
        total = sum(self.model_dump(exclude=apart).values())
        if total > 1:
            raise ValueError(f"the kinds add up to {total:g}, above 1")
        return self


class RefundRows(Section):
    """refunds: one or two rows per refunded order."""

    split_share: Rate = 0.15


class ReturnsProne(Section):
    """A product that `refunded_share` of the refunded orders hold."""

    sku: Sku
    refunded_share: Rate


class ItemRows(Section):
    """order_items: one to `max_lines` rows per order."""

    max_lines: int = Field(default=4, ge=1, le=20)
    returns_prone: ReturnsProne | None = None


class ProductRows(Section):
    """products: a catalogue whose prices span the order amounts."""

    count: int = Field(default=60, ge=1, le=5_000)
    categories: tuple[str, ...] = Field(default=("basics", "gifts"), min_length=1)
    unit_cost_share: Rate = 0.45


class CustomerRows(Section):
    """customers: names, e-mails and birth dates by Faker in `locale`."""

    locale: str = "en_GB"
    missing_share: Rate = 0.0

    @field_validator("locale")
    @classmethod
    def _known_locale(cls, locale: str) -> str:
        if locale not in AVAILABLE_LOCALES:
            raise ValueError(f"{locale!r} is not a locale of Faker such as en_GB")
        return locale


class PaymentRows(Section):
    """payments: one or two (split tender) per order."""

    methods: tuple[str, ...] = Field(default=("card", "paypal"), min_length=1)
    split_share: Rate = 0.03


class StockOut(Span):
    """Days on which a product cannot be had: its orders take others."""

    sku: Sku


class InventoryRows(Section):
    """inventory_snapshots: every SKU in every warehouse, each `every_days` days."""

    warehouses: tuple[str, ...] = Field(default=("W1",), min_length=1)
    every_days: int = Field(default=7, ge=1)
    cover_days: Positive = 45.0
    lead_days: Positive = 14.0
    stock_outs: tuple[StockOut, ...] = ()


class Plan(Section):
    """A subscription plan and its price per month."""

    plan: str
    price: Positive


class SubscriptionRows(Section):
    """subscriptions: a share of customers, cancelled at a daily hazard."""

    share: Rate = 0.1
    plans: tuple[Plan, ...] = Field(default=(Plan(plan="monthly", price=19.0),), min_length=1)
    cancel_hazard_per_day: Positive = 0.004


class ChannelRows(Section):
    """channels: the scenario's channels, one row each."""


class Entities(Section):
    """Which raw entities beside orders are written; absent or false means off."""

    refunds: RefundRows | None = None
    order_items: ItemRows | None = None
    products: ProductRows | None = None
    customers: CustomerRows | None = None
    payments: PaymentRows | None = None
    channels: ChannelRows | None = None
    inventory_snapshots: InventoryRows | None = None
    subscriptions: SubscriptionRows | None = None

    @model_validator(mode="after")
    def _skus_are_products(self) -> "Entities":
        count = (self.products or ProductRows()).count
        stock = self.inventory_snapshots or InventoryRows()
        named = {
            f"inventory_snapshots.stock_outs.{n}": gap.sku for n, gap in enumerate(stock.stock_outs)
        }
        if self.order_items is not None and self.order_items.returns_prone is not None:
            named["order_items.returns_prone"] = self.order_items.returns_prone.sku
        for key, sku in named.items():
            if not 0 <= sku_index(sku) < count:
                last = f"{SKU_PREFIX}{FIRST_SKU_NUMBER + count - 1}"
                raise ValueError(
                    f"{key}.sku {sku} is no product: the {count} of products.count are "
                    f"{SKU_PREFIX}{FIRST_SKU_NUMBER} to {last}"
                )
        if len({gap.sku for gap in stock.stock_outs}) == count:
            raise ValueError(
                "inventory_snapshots.stock_outs name every product: none is left to sell"
            )
        return self

    @field_validator("*", mode="before")
    @classmethod
    def _switch(cls, value: object) -> object:
        if value is True:
            return {}
        return None if value is False else value
