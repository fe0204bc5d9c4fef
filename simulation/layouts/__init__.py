"""Exports of shops, marketplaces and payment services, written from a simulated company."""

from simulation.layouts import (
    amazon,
    etsy,
    installments,
    marketplaces,
    payments,
    paypal,
    shopify,
    shops,
    site_builders,
    stripe,
    tiktok,
    woocommerce,
)
from simulation.layouts.layout import Layout

FAMILIES = (
    shopify,
    woocommerce,
    shops,
    site_builders,
    stripe,
    paypal,
    payments,
    installments,
    amazon,
    marketplaces,
    etsy,
    tiktok,
)
LAYOUTS: dict[str, Layout] = {
    layout.name: layout for family in FAMILIES for layout in family.LAYOUTS
}
