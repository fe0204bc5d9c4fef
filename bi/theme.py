"""Paidnet's look: one accent, one warning colour, light and dark."""

from __future__ import annotations

from typing import Any

ACCENT = "#0f766e"
WARNING = "#c2410c"

# What a colour means stays the same in every chart: net revenue and the returning customers it
# comes from in the accent, new customers in its lighter shade, refunds and losses in the warning
# colour, the future in blue-grey.
PALETTE = [
    "#0f766e", "#5eb3a6", "#64748b", "#a16207", "#2563a8", "#7c5c9e",
    "#94a3b8", "#3f6212", "#be5a83", "#475569", "#0e7490", "#c2410c",
]  # fmt: skip

CATEGORICAL = [
    {
        "id": "paidnet",
        "description": "Paidnet: accent, its light shade, warning, then quiet colours",
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
        "colors": ["#f0fdfa", "#ccebe5", "#99d5cb", "#5eb3a6", "#2c8f84", "#0f766e", "#0b4f4a"],
    }
]

_SHARED: dict[str, Any] = {
    "brandAppName": "Paidnet",
    "brandLogoAlt": "Paidnet",
    "brandLogoHref": "/superset/dashboard/underwriting/",
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
        "colorTextBase": "#e6eef0",
        "colorEditorSelection": "#134e4a",
    },
}
