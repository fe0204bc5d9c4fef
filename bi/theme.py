"""Paidnet's look: one accent, one warning colour, light and dark."""

from __future__ import annotations

from typing import Any

ACCENT = "#0f766e"
WARNING = "#c2410c"

# What a colour means stays the same in every chart: what was, and the returning customers it comes
# from, in the accent; new customers in its lighter shade; the future in blue-grey. Red, amber and
# green are left to findings (dashboard.css). All stand out from a light and from a dark panel.
PALETTE = [
    "#0d9488", "#5eb3a6", "#64748b", "#3b82b8", "#7c6bb0", "#94a3b8",
    "#0891b2", "#8b7a9e", "#2c6e8f", "#6b8e9e", "#4f6d7a", "#a3a8c9",
]  # fmt: skip

CATEGORICAL = [
    {
        "id": "paidnet",
        "description": "Paidnet: accent, its light shade, then quiet colours",
        "label": "Paidnet",
        "isDefault": True,
        "colors": PALETTE,
    }
]
SEQUENTIAL = [
    {
        "id": "paidnet_sequential",
        "description": "From nothing to much, in the accent",
        "label": "Paidnet",
        "isDiverging": False,
        "isDefault": True,
        # One colour laid on thinly or thickly: little is close to the panel, light or dark.
        "colors": [f"rgba(13, 148, 136, {opacity})" for opacity in (0.04, 0.25, 0.5, 0.8)],
    },
    {
        "id": "paidnet_map",
        "description": "From little to much, in the accent; nothing is none of it",
        "label": "Paidnet, of a map",
        "isDiverging": False,
        "isDefault": False,
        # A country that sells a little must stand out from those that sell nothing.
        "colors": [f"rgba(13, 148, 136, {opacity})" for opacity in (0.4, 0.6, 0.8, 1)],
    },
]

_SHARED: dict[str, Any] = {
    "brandAppName": "Paidnet",
    "brandLogoAlt": "Paidnet",
    "brandLogoHref": "/superset/dashboard/company/",
    "brandLogoHeight": "26px",
    "brandLogoMargin": "14px 0",
    "fontUrls": [],
    "fontFamily": "Inter, 'Source Sans 3', 'Segoe UI', Roboto, 'DejaVu Sans', Arial, sans-serif",
    "fontSize": 13,
    "borderRadius": 4,
    "fontWeightStrong": "600",
    # Charts stand at once: bars that grow for a second say nothing and cost it.
    "echartsOptionsOverrides": {"animation": False},
}

LIGHT: dict[str, Any] = {
    "algorithm": "default",
    "token": _SHARED
    | {
        "brandLogoUrl": "/paidnet/logo.svg",
        "colorPrimary": ACCENT,
        # Of buttons that are no first choice; the derived grey made them look disabled.
        "colorPrimaryBg": "#e3f1ef",
        "colorPrimaryBgHover": "#cfe7e3",
        "colorLink": ACCENT,
        "colorInfo": ACCENT,
        "colorSuccess": "#3f6212",
        "colorWarning": WARNING,
        "colorError": "#b91c1c",
        "colorBgLayout": "#f4f6f7",
        "colorTextBase": "#17252a",
    },
}
DARK: dict[str, Any] = {
    "algorithm": "dark",
    "token": _SHARED
    | {
        "brandLogoUrl": "/paidnet/logo-dark.svg",
        "colorPrimary": "#2dd4bf",
        "colorLink": "#2dd4bf",
        "colorInfo": "#2dd4bf",
        "colorSuccess": "#84cc16",
        "colorWarning": "#fb923c",
        "colorError": "#f87171",
        "colorBgBase": "#10191c",
        "colorSplit": "rgba(230, 238, 240, 0.1)",
        "colorTextBase": "#e6eef0",
        "colorEditorSelection": "#134e4a",
    },
}
