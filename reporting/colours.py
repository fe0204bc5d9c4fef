"""The few colours of the reports: those of the dashboards, bi/theme.py.

That module lives in Superset's environment and cannot be imported here. A colour means the
same in both: change them together.
"""

from __future__ import annotations

RETURNING = ACCENT = "#0f766e"
NEW = "#5eb3a6"
GUESTS = "#94a3b8"
FORECAST = "#64748b"
WARNING = "#c2410c"
TEXT = "#17252a"
QUIET = "#475569"
RULE = "#cbd5e1"
SHADE = "#f4f6f7"
# Bad, mixed and good, by the thresholds and for nothing else: dashboard.css's, darker on paper.
RED, AMBER, GREEN = "#c0262d", "#b45309", "#1e7e4c"
