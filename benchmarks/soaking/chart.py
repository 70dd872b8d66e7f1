"""Lines over time, as an SVG picture that reads well on a light page and on a dark one."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Points = Sequence[tuple[float, float]]

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 30, 34
MOST_POINTS = 300
COLOURS = ("#2a78b5", "#d1681d")
STYLE = """text{font:12px sans-serif;fill:#333}.grid{stroke:#ddd}polyline{fill:none;stroke-width:1.5}
@media(prefers-color-scheme:dark){text{fill:#ccc}.grid{stroke:#444}}"""


def lines(title: str, across: str, series: dict[str, Points]) -> str:
    """A picture of series, each of points in order; both axes start at 0."""
    longest = max(x for points in series.values() for x, _ in points)
    highest = max(y for points in series.values() for _, y in points)
    steps, marks = _step(longest), _step(highest)
    top = marks * -(-highest // marks)

    def at(x: float, y: float) -> tuple[float, float]:
        return LEFT + x / longest * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">']
    parts += [
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<text x="{LEFT}" y="16">{escape(title)}</text>',
    ]
    for number in range(int(top / marks) + 1):
        _, y = at(0, number * marks)
        parts.append(f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number * marks:,g}</text>')
    for number in range(int(longest / steps) + 1):
        x, _ = at(number * steps, 0)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{number * steps:g}</text>')
    parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 4}" text-anchor="end">{escape(across)}</text>')
    for number, (name, points) in enumerate(series.items()):
        colour = COLOURS[number]
        placed = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in _thinned(points)))
        parts.append(f'<polyline stroke="{colour}" points="{placed}"/>')
        x = WIDTH - RIGHT - 190 * (len(series) - number)
        parts.append(f'<path stroke="{colour}" stroke-width="3" d="M{x} 12h16"/>')
        parts.append(f'<text x="{x + 22}" y="16">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _thinned(points: Points) -> Points:
    """The highest of each few neighbours."""
    size = -(-len(points) // MOST_POINTS)
    return [max(points[start : start + size], key=lambda point: point[1]) for start in range(0, len(points), size)]


def _step(most: float) -> float:
    """A round number of which four to ten reach so far."""
    power = 10 ** (len(str(int(most * 1000))) - 1) / 1000
    return next(power * part for part in (0.1, 0.2, 0.5, 1) if most / (power * part) <= 10)
