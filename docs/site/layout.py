"""Where each folder's box stands, and the way of each arrow past the others."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatch
from itertools import pairwise

from docs.site.dag import FORECASTING, READERS, Dag, Folder

WIDTH, MARGIN = 1000, 16
LINE, HEADER, PADDING = 14.5, 40, 10
CHARACTER, TITLE_CHARACTER, FACTS_CHARACTER, COLUMN_GAP = 5.7, 6.5, 4.8, 14
LANE, GAP_BELOW = 13, 54
# An arrow turns towards its end early: 1 would be at once.
NEARER_TO_END = 0.75
# So much longer a way it takes at the right of all boxes, rather than between two of them.
BETWEEN = 120

# Rows from top to bottom: which folders, in which order, and names below each other at most. A
# folder that is new stands with the marts.
ROWS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (2, ("data/landing", "seeds/*", "source *")),
    (9, ("models/staging/*", "snapshots*")),
    (6, ("models/intermediate", "models/marts/core")),
    (8, ("models/marts/cohorts", "models/marts/revenue", "models/marts/customers", "*")),
    (5, (FORECASTING, "data/forecasts", "models/staging/forecasting")),
    (6, ("models/marts/forecast", READERS)),
)
MARTS_ROW = 3
# Rows that leave room at their right for what passes by.
PASSING = {2: 190, 4: 300}


@dataclass
class Box:
    """A folder's place: left, top, width, height; its columns of names with their left edges."""

    folder: Folder
    row: int
    order: int
    columns: list[tuple[float, list[str]]]
    x: float = 0
    y: float = 0
    w: float = 0
    h: float = 0
    row_bottom: float = 0
    ports: dict[str, list[Arrow]] = field(default_factory=lambda: defaultdict(list))

    @property
    def middle(self) -> float:
        """The middle of the box, from left to right."""
        return self.x + self.w / 2


@dataclass
class Arrow:
    """A flow between folders; `points` are passed vertically, or sideways within a row."""

    start: Box
    end: Box
    count: int
    points: list[tuple[float, float]] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """Whether it goes down, back up, to its neighbour in the row, or around that one."""
        if self.start.row == self.end.row:
            return "side" if abs(self.start.order - self.end.order) == 1 else "around"
        return "down" if self.start.row < self.end.row else "back"


def _place(path: str) -> tuple[int, int]:
    found = [
        (pattern != path, "*" in pattern, row, order)
        for row, (_, patterns) in enumerate(ROWS)
        for order, pattern in enumerate(patterns)
        if pattern != "*" and fnmatch(path, pattern)
    ]
    return min(found)[2:] if found else (MARTS_ROW, 99)


def _box(folder: Folder, row: int, order: int) -> Box:
    most = ROWS[row][0]
    count = -(-len(folder.names) // most)
    height = -(-len(folder.names) // count)
    x, columns = float(PADDING + 4), []
    for first in range(0, len(folder.names), height):
        names = folder.names[first : first + height]
        columns.append((x, names))
        x += max(map(len, names)) * CHARACTER + COLUMN_GAP
    titled = max(len(folder.path) * TITLE_CHARACTER, len(folder.facts) * FACTS_CHARACTER)
    box = Box(
        folder, row, order, columns, w=max(x - COLUMN_GAP + PADDING + 4, titled + 2 * PADDING)
    )
    box.h = HEADER + height * LINE + 6
    return box


def boxes(dag: Dag, top: float) -> dict[str, Box]:
    """Place a box for each folder; rows are as high as their highest box."""
    rows: dict[int, list[Box]] = defaultdict(list)
    for path in sorted(dag.folders, key=lambda path: (*_place(path), path)):
        row = _place(path)[0]
        rows[row].append(_box(dag.folders[path], row, len(rows[row])))
    y = top
    for row in sorted(rows):
        line = rows[row]
        free = WIDTH - 2 * MARGIN - PASSING.get(row, 0) - sum(box.w for box in line)
        gap = free / max(1, len(line) - 1)
        if free < 0:
            named = ", ".join(box.folder.path for box in line)
            raise ValueError(f"too wide for a row: {named}; mend ROWS in docs/site/layout.py")
        x = MARGIN if len(line) > 1 else (WIDTH - line[0].w) / 2
        for box in line:
            box.x, box.y = x, y
            x += box.w + gap
        y += max(box.h for box in line)
        for box in line:
            box.row_bottom = y
        y += GAP_BELOW
    return {box.folder.path: box for line in rows.values() for box in line}


def arrows(dag: Dag, placed: dict[str, Box]) -> list[Arrow]:
    """Return an arrow for each pair of folders with edges, on its way past the boxes between."""
    found = [Arrow(placed[a], placed[b], count) for (a, b), count in sorted(dag.edges.items())]
    lanes: dict[tuple[int, int], list[Arrow]] = defaultdict(list)
    for arrow in found:
        for row in range(arrow.start.row + 1, arrow.end.row):
            lanes[_lane(arrow, row, placed)].append(arrow)
        sides = {"down": ("bottom", "top"), "back": ("top", "bottom"), "side": ("side", "side"),
                 "around": ("bottom", "bottom")}  # fmt: skip
        for box, side in zip((arrow.start, arrow.end), sides[arrow.kind], strict=True):
            if side == "side":
                side = "right" if _other(arrow, box).x > box.x else "left"
            box.ports[side].append(arrow)
    ways: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
    for (row, middle), users in lanes.items():
        line = [box for box in placed.values() if box.row == row]
        top, bottom = line[0].y, line[0].row_bottom
        users.sort(key=lambda user: (user.end.middle, user.start.middle))
        for number, arrow in enumerate(users):
            x = middle + (number - (len(users) - 1) / 2) * LANE
            ways[id(arrow)].append((x, top, bottom))
    for arrow in found:
        passed = [point for x, top, bottom in sorted(ways[id(arrow)], key=lambda way: way[1])
                  for point in ((x, top), (x, bottom))]  # fmt: skip
        arrow.points = [_port(arrow, arrow.start), *passed, _port(arrow, arrow.end)]
    return found


def _other(arrow: Arrow, box: Box) -> Box:
    return arrow.end if arrow.start is box else arrow.start


def _lane(arrow: Arrow, row: int, placed: dict[str, Box]) -> tuple[int, int]:
    """Return the row and the middle of the gap between its boxes that lies best on the way."""
    line = sorted((box for box in placed.values() if box.row == row), key=lambda box: box.x)
    gaps = [(left.x + left.w, right.x) for left, right in pairwise(line)]
    gaps.append((line[-1].x + line[-1].w, WIDTH))
    wanted = arrow.start.middle + (arrow.end.middle - arrow.start.middle) * NEARER_TO_END
    widest = max(right - left for left, right in gaps)
    wide = [gap for gap in gaps if gap[1] - gap[0] >= min(widest, 2 * LANE)]

    def detour(gap: tuple[float, float]) -> float:
        near = max(gap[0], min(gap[1], wanted))
        return abs(near - wanted) + (0 if gap is gaps[-1] else BETWEEN)

    left, right = min(wide, key=detour)
    return row, int(min(max((left + right) / 2, left + 40), right - 40)) if row else 0


def _port(arrow: Arrow, box: Box) -> tuple[float, float]:
    """Return where an arrow meets a box: the arrows of a side stand in the order of their ends."""
    side = next(side for side, users in box.ports.items() if arrow in users)
    users = sorted(box.ports[side], key=lambda one: (_other(one, box).middle, one.kind))
    share = (users.index(arrow) + 1) / (len(users) + 1)
    if side in {"left", "right"}:
        return (box.x if side == "left" else box.x + box.w), box.y + box.h * (0.25 + share / 2)
    return box.x + box.w * share, (box.y if side == "top" else box.y + box.h)
