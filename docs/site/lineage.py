"""Draw the project's lineage from dbt's manifest: `python -m docs.site.lineage`.

The picture (docs/images/lineage.svg) holds every model. Arrows stand for all edges between two
folders and say how many; edges within a folder are counted in its box.
"""

from __future__ import annotations

import os
import runpy
import sys
from html import escape
from pathlib import Path

from docs.site.dag import FORECAST_READS, FORECASTING, READERS, Dag, read
from docs.site.layout import GAP_BELOW, HEADER, LINE, MARGIN, WIDTH, Arrow, Box, arrows, boxes

PROJECT = Path(__file__).resolve().parents[2]
PICTURE = PROJECT / "docs" / "images" / "lineage.svg"
THEME = runpy.run_path(str(PROJECT / "superset" / "bi" / "theme.py"))
ACCENT, LIGHT_KIN, SLATE, OCHRE, BLUE, PURPLE = THEME["PALETTE"][:6]
TOP = 50
WHITE = "#ffffff"
DOT = f"fc{THEME['WARNING'][1:]}"
# The colour of a folder and of what leaves it; the first that the path begins with.
COLOURS = {
    "models/staging/shop": BLUE, "models/staging": OCHRE, "models/intermediate": PURPLE,
    "models/marts/core": ACCENT, "models/marts/forecast": OCHRE, "models/marts": LIGHT_KIN,
    FORECASTING: OCHRE, "data/forecasts": OCHRE, READERS: THEME["WARNING"],
}  # fmt: skip
STYLE = """
text {{ font-family: -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; font-size: 11px; fill: {text} }}
.back {{ fill: {back} }} .card {{ fill: {card} }} .faint {{ fill: {faint}; font-size: 10px }}
.folder {{ font-weight: 600; font-size: 11.5px }} .title {{ font-weight: 600; font-size: 16px }}
.count {{ font-size: 10px; font-weight: 600; text-anchor: middle; paint-order: stroke; stroke: {back}; stroke-width: 4px; stroke-linejoin: round }}
"""  # noqa: E501


def mix(colour: str, other: str, share: float) -> str:
    """Return a colour with a share of another in it."""
    pairs = [(int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def colour_of(path: str) -> str:
    """Return the colour of a folder."""
    return next((value for key, value in COLOURS.items() if path.startswith(key)), SLATE)


def style() -> str:
    """Return the style sheet: the dashboards' colours, for light and for dark rooms."""
    light, dark = THEME["LIGHT"]["token"], THEME["DARK"]["token"]
    told = []
    for back, card, text, brighter in (
        (light["colorBgLayout"], WHITE, light["colorTextBase"], 0.0),
        (
            dark["colorBgBase"],
            mix(dark["colorBgBase"], "#ffffff", 0.06),
            dark["colorTextBase"],
            0.3,
        ),
    ):
        rules = STYLE.format(text=text, back=back, card=card, faint=mix(text, back, 0.4))
        for colour in dict.fromkeys([*COLOURS.values(), SLATE]):
            shade, name = mix(colour, WHITE, brighter), f"c{colour[1:]}"
            rules += f".f{name} {{ fill: {shade} }} .s{name} {{ stroke: {shade} }} "
        told.append(rules)
    return f"<style>{told[0]}@media (prefers-color-scheme: dark) {{{told[1]}}}</style>"


def curve(arrow: Arrow) -> str:
    """Return the path of an arrow: calm curves, straight where it passes a row of boxes."""
    (x, y), *rest = arrow.points
    path = f"M{x:.0f},{y:.0f}"
    if arrow.kind == "down":
        y = arrow.start.row_bottom
        path += f" V{y:.0f}"
    for number, (u, v) in enumerate(rest):
        if arrow.kind == "side":
            bend = f"{(x + u) / 2:.0f},{y:.0f} {(x + u) / 2:.0f},{v:.0f}"
        elif arrow.kind == "around":
            low = arrow.start.row_bottom + GAP_BELOW * 0.5
            bend = f"{x:.0f},{low:.0f} {u:.0f},{low:.0f}"
        else:
            bend = f"{x:.0f},{(y + v) / 2:.0f} {u:.0f},{(y + v) / 2:.0f}"
        path += f" L{u:.0f},{v:.0f}" if number % 2 else f" C{bend} {u:.0f},{v:.0f}"
        x, y = u, v
    return path


def arrow_svg(arrow: Arrow) -> str:
    """Return an arrow: its width grows with its edges, whose number stands at its head."""
    name = f"c{colour_of(arrow.start.folder.path)[1:]}"
    width = 1.4 + arrow.count**0.5
    (x, _), (u, v) = arrow.points[-2:]
    towards = {"down": (0, 1), "side": (1 if u > x else -1, 0)}
    dx, dy = towards.get(arrow.kind, (0, -1))
    size = 3.5 + width * 0.7
    left = (u - dx * size * 1.6 - dy * size, v - dy * size * 1.6 - dx * size)
    right = (u - dx * size * 1.6 + dy * size, v - dy * size * 1.6 + dx * size)
    arrow.points[-1] = (u - dx * size, v - dy * size)
    dashed = ' stroke-dasharray="1.5 4" stroke-linecap="round"' if not arrow.count else ""
    head = " ".join(f"{a:.0f},{b:.0f}" for a, b in ((u, v), left, right))
    label = str(arrow.count or (FORECAST_READS if arrow.end.folder.path == FORECASTING else ""))
    at = (u - dx * (size * 1.6 + 11), v - dy * (size * 1.6 + 7) + 3.5)
    return (
        f'<path class="s{name}" d="{curve(arrow)}" fill="none" stroke-width="{width:.1f}"'
        f' opacity=".6"{dashed}/><polygon class="f{name}" points="{head}"/>'
        f'<text class="count f{name}" x="{at[0]:.0f}" y="{at[1]:.0f}">{label}</text>'
    )


def box_svg(box: Box, dag: Dag) -> str:
    """Return a folder's box: its path, what is in it, its names; a dot where readers look."""
    folder, name = box.folder, f"c{colour_of(box.folder.path)[1:]}"
    lines = [
        f'<g transform="translate({box.x:.0f},{box.y:.0f})">'
        f'<rect class="card s{name}" width="{box.w:.0f}" height="{box.h:.0f}" rx="5"/>'
        f'<rect class="f{name}" width="{box.w:.0f}" height="4" rx="2"/>'
        f'<text class="folder" x="10" y="19">{escape(folder.path)}</text>'
        f'<text class="faint" x="10" y="32">{folder.facts}</text>'
    ]
    for x, names in box.columns:
        for number, text in enumerate(names):
            y = HEADER + (number + 0.75) * LINE
            if text in dag.shown:
                lines.append(f'<circle class="{DOT}" cx="{x - 5:.0f}" cy="{y - 3.7:.0f}" r="2"/>')
            lines.append(f'<text x="{x:.0f}" y="{y:.0f}">{escape(text)}</text>')
    return "\n".join([*lines, "</g>"])


def draw(dag: Dag) -> str:
    """Return the picture as SVG."""
    placed = boxes(dag, TOP)
    flows = arrows(dag, placed)
    height = max(box.y + box.h for box in placed.values()) + MARGIN
    total = sum(dag.edges.values()) + sum(folder.edges_inside for folder in dag.folders.values())
    models = sum(folder.kinds["model"] for folder in dag.folders.values())
    tests = sum(folder.tests for folder in dag.folders.values())
    told = f"{models} models, {total} edges, {tests} tests. An arrow tells its number of edges; "
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}"'
            f' width="{WIDTH}" height="{height:.0f}" role="img" aria-label="Lineage">',
            style(),
            f'<rect class="back" width="{WIDTH}" height="{height:.0f}" rx="8"/>',
            f'<text class="title" x="{MARGIN}" y="30">From raw files to dashboards</text>',
            f'<text class="faint" x="270" y="29">{told}a dot: in dashboards or reports.</text>',
            *(arrow_svg(arrow) for arrow in sorted(flows, key=lambda flow: -flow.count)),
            *(box_svg(box, dag) for box in placed.values()),
            "</svg>\n",
        ]
    )


def main() -> None:
    """Draw the picture from the manifest of the last `dbt parse`."""
    manifest = Path(os.environ.get("DBT_TARGET_PATH") or PROJECT / "target") / "manifest.json"
    if not manifest.exists():
        sys.exit(
            "dbt's manifest is missing\n"
            f"  found:    no {manifest}\n"
            "  expected: the manifest of a parsed project\n"
            "  to mend:  make lineage"
        )
    PICTURE.write_text(draw(read(manifest)))
    print(f"drew {PICTURE.relative_to(PROJECT)}")


if __name__ == "__main__":
    main()
