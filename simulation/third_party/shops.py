"""Command line: `python -m simulation.third_party.shops NAME`: a shop as a service shows it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from simulation.third_party.shop import made_up
from simulation.third_party.shopify import Shopify
from simulation.third_party.stripe import Stripe
from simulation.third_party.woocommerce import WooCommerce
from warehouse.terminal import App, out

cli = App(help="A made-up shop on this machine, behind the interface of a service.")


class Name(StrEnum):
    """What can be served, by the name of its shipped source."""

    shopify = "shopify"
    shopify_rest = "shopify_rest"
    woocommerce = "woocommerce"
    stripe = "stripe"


def stand_in(name: Name) -> tuple[FastAPI, str, str]:
    """Return the server, the path that base_url ends with, and the secrets that it accepts."""
    if name is Name.stripe:
        stripe = Stripe(made_up())
        return stripe.app(), "", f"STRIPE_SECRET_KEY={stripe.key}"
    if name is Name.woocommerce:
        shop = WooCommerce(made_up())
        secrets = f"WOOCOMMERCE_CONSUMER_KEY={shop.key} WOOCOMMERCE_CONSUMER_SECRET={shop.secret}"
        return shop.app(), "/wp-json/wc/v3", secrets
    shopify = Shopify(made_up())
    return shopify.app(), "/admin/api/2026-10", f"SHOPIFY_ACCESS_TOKEN={shopify.token}"


@cli.command()
def serve(
    name: Annotated[Name, typer.Argument(help="The shipped source that pulls from it.")],
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8901,
) -> None:
    """Serve until Ctrl-C; says the base_url and the secrets of a SOURCE.yml."""
    app, path, secrets = stand_in(name)
    out.print(f"base_url: http://127.0.0.1:{port}{path}\n{secrets}", markup=False)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    cli(prog_name="python -m simulation.third_party.shops")
