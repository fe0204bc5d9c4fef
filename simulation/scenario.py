"""The scenario: every setting of a simulated company, validated and frozen."""

from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from simulation import extras, sections

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]

REQUIRED_COLUMNS = (
    "company_id",
    "order_id",
    "created_at",
    "status",
    "total_price",
    "order_refunds",
    "customer_id",
)
ENTITIES = ("orders", *extras.Entities.model_fields)


class Scenario(sections.Section):
    """One company. Every key is explained in simulation/README.md."""

    description: str
    company_id: Name
    company_name: str
    seed: int = Field(ge=0)
    time_zone: str
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    timestamp_style: Literal["utc_offset", "local_offset", "naive_local"] = "utc_offset"
    history: sections.History
    acquisition: sections.Acquisition
    purchasing: sections.Purchasing
    spend: sections.Spend
    whales: sections.Whales | None = None
    season: sections.Season = sections.Season()
    events: tuple[sections.Event, ...] = ()
    closures: tuple[sections.Span, ...] = ()
    breaks: tuple[sections.Break, ...] = ()
    lapses: tuple[sections.Lapse, ...] = ()
    refunds: sections.Refunds = sections.Refunds()
    refund_waves: tuple[sections.RefundWave, ...] = ()
    statuses: sections.Statuses = sections.Statuses()
    places: tuple[extras.Place, ...] = ()
    channels: tuple[extras.Channel, ...] = ()
    orders: extras.OrderFile = extras.OrderFile()
    mess: extras.Mess = extras.Mess()
    entities: extras.Entities = extras.Entities()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("not an IANA time zone such as Europe/London")
        return name

    @model_validator(mode="after")
    def _columns_have_sources(self) -> "Scenario":
        columns = set(self.orders.columns)
        if "channel_id" in columns and not self.channels:
            raise ValueError("orders.columns names channel_id but channels is empty")
        if columns & {"country", "state", "city"} and not self.places:
            raise ValueError("orders.columns names a place but places is empty")
        counters = {"customer_order_count", "customer_total_spent"}
        if self.mess.counter_errors and not columns & counters:
            raise ValueError("mess.counter_errors needs a counter in orders.columns")
        if self.entities.channels is not None and not self.channels:
            raise ValueError("entities.channels is on but channels is empty")
        if self.channels and all(channel.failing for channel in self.channels):
            raise ValueError("channels: all are failing, and none is left to take their orders")
        return self

    @property
    def order_columns(self) -> tuple[str, ...]:
        """Columns of the order file, in the order they are written."""
        return (*REQUIRED_COLUMNS, *self.orders.columns)

    @property
    def switched_on(self) -> tuple[str, ...]:
        """Entities the scenario writes, orders first."""
        rows = self.entities
        return tuple(name for name in ENTITIES if name == "orders" or getattr(rows, name))
