"""Customer master data: sign-up, names, e-mails, places, birth dates."""

import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from faker import Faker

from simulation import extras, raw, text
from simulation.clock import DAY, epoch_seconds
from simulation.company import Company
from simulation.streams import stream

POOL = 400


def customers(company: Company) -> pa.Table:
    """Return one row per customer who ever arrived, also before a truncated log.

    signup_date is a local date at or before the first order. Without places in the
    scenario, city, state and country stay empty. Names come from a Faker pool.
    """
    settings = company.scenario.entities.customers or extras.CustomerRows()
    draws = stream(company.seed, "entity.customers")
    count = company.customers.rate.size
    given, family = _names(settings.locale, company.seed)
    given_index = draws.integers(len(given), size=count)
    family_index = draws.integers(len(family), size=count)
    first = text.chosen(given, given_index)
    last = text.chosen(family, family_index)
    number = text.whole(raw.FIRST_CUSTOMER_NUMBER + np.arange(count))
    mailbox = pc.binary_join_element_wise(
        text.chosen([_plain(name) for name in given], given_index),
        text.chosen([_plain(name) for name in family], family_index),
        number,
        ".",
    )
    age = np.clip(draws.normal(41, 13, count), 18, 90)
    born = epoch_seconds(company.scenario.history.start) - age * 365.25 * DAY
    columns = {
        "company_id": pa.repeat(company.scenario.company_id, count),
        "customer_id": raw.customer_ids(np.arange(count)),
        "signup_date": text.dates(raw.signed_up_at(company)),
        "name": pc.binary_join_element_wise(first, last, " "),
        "email": pc.binary_join_element_wise(mailbox, "example.com", "@"),
    }
    for name in ("city", "state", "country"):
        columns[name] = _place(company, name, count)
    columns["birth_date"] = text.dates(born)
    for name in ("name", "email", "birth_date"):
        is_missing = pa.array(draws.random(count) < settings.missing_share)
        nothing = pa.nulls(count, pa.string())
        columns[name] = pc.if_else(is_missing, nothing, columns[name])
    return pa.table(columns)


def _names(locale: str, seed: int) -> tuple[list[str], list[str]]:
    faker = Faker(locale)
    faker.seed_instance(seed)
    given = [faker.first_name() for _ in range(POOL)]
    return given, [faker.last_name() for _ in range(POOL)]


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in decomposed.lower() if letter.isalnum()) or "x"


def _place(company: Company, name: str, count: int) -> pa.Array:
    places = company.scenario.places
    if not places:
        return pa.nulls(count, pa.string())
    return text.chosen([getattr(place, name) for place in places], company.place)
