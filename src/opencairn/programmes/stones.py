"""Draw a stone for each programme and a cairn for several: inline SVG, by rule and repeatably.

The grammar, explained in docs/reference/stones.md:

    width       workload, square root of ECTS, 0.5 to 15
    height      EQF level 1 to 8; so does the cut: rough pebble (1) to squared stone (8)
    mineral     broad field of education, 00 to 10: a palette and a grain, so colour is never alone
    tone        detailed field: the mineral's colours a little lighter or darker
    strata      one line for each learning outcome, at most twelve
    the rest    seeded by the programme's identifier: each stone is its own and never changes

No ids, styles or scripts: a stone may be repeated on a page and passes a strict content security policy.
A change of any constant changes every badge ever drawn: leave this grammar as it is and set the next one beside it.
"""

import math
import random
from collections.abc import Iterable
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import escape
from itertools import pairwise
from typing import Any

import resvg_py
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext

GRAMMAR = 1

Point = tuple[float, float]
Edge = tuple[float, float, float, float]  # from x, y to x, y
PLATE = (260, 106)  # every single stone stands at the foot of one plate size, so sizes compare across a page


@dataclass(frozen=True)
class Mineral:
    """What stands for one broad field: its class name, its name to show, its three tones and its grain."""

    key: str
    name: Any
    body: str
    light: str
    dark: str
    grain: str  # an SVG path drawn again and again from a seeded spot; empty for plain, "veins" for long ones


MINERALS = {
    "00": Mineral("limestone", __("Limestone"), "#c3bca9", "#dbd6c7", "#857d69", ""),
    "01": Mineral("sandstone", __("Sandstone"), "#c89e63", "#e0c292", "#7d5a26", "h.1m4 2h.1m-3 3h.1"),
    "02": Mineral("marble", __("Marble"), "#d6b3a8", "#ecd7cf", "#93594b", "veins"),
    "03": Mineral("slate", __("Slate"), "#74899a", "#9fb1be", "#3d5062", "h9"),
    "04": Mineral("granite", __("Granite"), "#9c9189", "#c0b7b0", "#58504a", "m-2.3 0h4.6m-2.3-2.3v4.6"),
    "05": Mineral("azurite", __("Azurite"), "#53799c", "#8aaac3", "#234566", "l2.5 4.3h-5z"),
    "06": Mineral("basalt", __("Basalt"), "#62686c", "#8d9498", "#2a2f33", "a2 2 0 1 0 .1 0"),
    "07": Mineral("ironstone", __("Ironstone"), "#a0624a", "#c69078", "#63301d", "h7m-5 2.8h7"),
    "08": Mineral("serpentine", __("Serpentine"), "#6d8a62", "#9cb28f", "#37512f", "q4-5.4 8 0"),
    "09": Mineral("rhodonite", __("Rhodonite"), "#ad6a71", "#cf9aa0", "#6c323b", "l-3 6"),
    "10": Mineral("soapstone", __("Soapstone"), "#6c9a94", "#9dc0ba", "#33605b", "l2.1 3.6 2.1-3.6"),
}
FIELDSTONE = Mineral("fieldstone", __("Unnamed"), "#b4b4ae", "#d0d0ca", "#6b6e6c", "")  # no field is stated


@dataclass(frozen=True)
class Stone:
    """The facts a stone is drawn from; None for a workload or level, and "" for a field, that is not stated.

    Where the provider says that no level applies (``level_applies``), nothing is missing without one.
    """

    identifier: str
    ects: float | None
    eqf: int | None
    field: str
    outcomes: int
    earned: bool = True
    level_applies: bool = True

    @property
    def surveyed(self) -> bool:
        """False when workload, level or field is not stated: the stone is then drawn with a dotted edge."""
        level = self.eqf is not None or not self.level_applies
        return self.ects is not None and level and self.field[:2] in MINERALS

    @property
    def mineral(self) -> Mineral:
        """The mineral of the broad field; fieldstone where there is none."""
        return MINERALS.get(self.field[:2], FIELDSTONE)


def _level(eqf: int | None) -> int:
    return 4 if eqf is None else min(8, max(1, eqf))


def width(ects: float | None) -> float:
    """62 units for one ECTS, by square root; 3 ECTS stand in where none are stated."""
    load = 3.0 if ects is None or math.isnan(ects) else ects
    return 62 * math.sqrt(min(15.0, max(0.5, load)))


def height(ects: float | None, eqf: int | None) -> float:
    """Taller with the EQF level, and a little with the width so that no stone becomes a needle."""
    return float((2.1 + 0.19 * _level(eqf)) * width(ects) ** 0.6)


def _chance(*words: object) -> random.Random:
    """A generator whose numbers depend on the words alone, on every machine."""
    return random.Random(int.from_bytes(sha256("/".join(map(str, words)).encode()).digest()[:8], "big"))


def outline(stone: Stone) -> list[Point]:
    """Corners around (0, 0), clockwise: many and wobbly for a pebble, few and true for a cut stone."""
    rng, cut = _chance(stone.identifier, "outline"), (_level(stone.eqf) - 1) / 7
    corners, power, wobble = round(20 - 10 * cut), 2 / (2.15 + 4.4 * cut**2.4), 0.06 * (1 - cut) + 0.012
    lean, swell = (rng.uniform(-0.16, 0.16) * (1 - 0.75 * cut) for _n in range(2))
    points = []
    for k in range(corners):
        angle = 2 * math.pi * (k + 0.5 + rng.uniform(-0.22, 0.22) * (1 - 0.5 * cut)) / corners
        reach = 1 + rng.uniform(-wobble, wobble)
        x = math.copysign(abs(math.cos(angle)) ** power, math.cos(angle)) * reach
        y = math.copysign(abs(math.sin(angle)) ** power, math.sin(angle)) * reach
        y = 0.72 + (y - 0.72) * 0.3 if y > 0.72 else y  # a flat bed to sit on
        y = -0.82 + (y + 0.82) * 0.5 if y < -0.82 else y  # a flat back to carry the next stone
        points.append((x * (1 + swell * y) + lean * y, y))
    (left, right), (top, low) = _span(points, 0), _span(points, 1)
    across, up = width(stone.ects) / (right - left), height(stone.ects, stone.eqf) / (low - top)
    return [((x - (left + right) / 2) * across, (y - (top + low) / 2) * up) for x, y in points]


def _span(points: list[Point], axis: int) -> tuple[float, float]:
    return min(p[axis] for p in points), max(p[axis] for p in points)


def _around(points: list[Point]) -> list[Edge]:
    """Every edge of a closed outline."""
    return [(*a, *b) for a, b in pairwise([*points, points[0]])] if points else []


def _turn(points: list[Point], degrees: float, dx: float, dy: float) -> list[Point]:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [(x * c - y * s + dx, x * s + y * c + dy) for x, y in points]


def _path(points: list[Point], rounding: float) -> str:
    """A closed path with each corner rounded by a share of its edges; a half makes it all curve."""
    parts = []
    for before, corner, after in zip(points[-1:] + points, points, points[1:] + points[:1], strict=False):
        x, y = corner
        into = (x + (before[0] - x) * rounding, y + (before[1] - y) * rounding)
        out = (x + (after[0] - x) * rounding, y + (after[1] - y) * rounding)
        parts.append(f"{into[0]:.1f} {into[1]:.1f}Q{x:.1f} {y:.1f} {out[0]:.1f} {out[1]:.1f}")
    return "M" + "L".join(parts) + "Z"


def _crosscut(edges: list[Edge], x: float) -> tuple[float, float] | None:
    """Top and bottom of an outline at x by its edges, or None beside it."""
    hits = [ay + (by - ay) * (x - ax) / (bx - ax) for ax, ay, bx, by in edges if (ax <= x) != (bx <= x)]
    return (min(hits), max(hits)) if len(hits) > 1 else None


def _face(points: list[Point], *, low: bool) -> list[Point]:
    """The shaded bed or the lit back of the stone: its edge, and that edge drawn inwards."""
    cx, cy = (sum(p[axis] for p in points) / len(points) for axis in (0, 1))
    edge = [p for p in points if (p[1] > cy) == low]
    gap = max(range(len(edge)), key=lambda k: math.dist(edge[k], edge[k - 1]))
    edge = edge[gap:] + edge[:gap]
    return edge + [(cx + (x - cx) * 0.9, cy + (y - cy) * (0.58 if low else 0.64)) for x, y in edge[-2:0:-1]]


def _strata(stone: Stone, points: list[Point]) -> str:
    """One wavering line for each learning outcome, stopping short of the edge as an engraver would."""
    rng, count = _chance(stone.identifier, "strata"), min(12, stone.outcomes)
    (left, right), edges = _span(points, 0), _around(points)
    dip, wave, phase = rng.uniform(-0.16, 0.16), rng.uniform(0.02, 0.05), rng.uniform(0, 6)
    lines = []
    for n in range(count):
        share = 0.2 + 0.62 * (n + 0.5) / count
        start, stop, spots = rng.uniform(0.05, 0.16), rng.uniform(0.84, 0.95), []
        for k in range(9):
            at = start + (stop - start) * k / 8
            if cut := _crosscut(edges, left + (right - left) * at):
                depth = share + dip * (at - 0.5) + wave * math.sin(phase + n * 0.7 + at * 7)
                spots.append((left + (right - left) * at, cut[0] + (cut[1] - cut[0]) * depth))
        lines.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots))
    return "".join(lines)


def _grain(stone: Stone, points: list[Point]) -> str:
    """Specks, crystals, veins and the like: the mineral without its colour."""
    rng, (left, right), marks, kind = _chance(stone.identifier, "grain"), _span(points, 0), [], stone.mineral.grain
    edges = _around(points)
    for _n in range({"": 0, "veins": 3}.get(kind, round((right - left) / 8))):
        x = rng.uniform(left + 7, right - 12)
        top, bottom = _crosscut(edges, x) or (0, 0)
        run, drift, y = (bottom - top) * 0.68, rng.uniform(-0.14, 0.14) * (right - left), rng.uniform(0.14, 0.82)
        vein = f"M{x:.1f} {top + run * 0.2:.1f}q{drift * 0.9:.1f} {run * 0.3:.1f} {drift:.1f} {run:.1f}"
        marks.append(vein if kind == "veins" else f"M{x:.1f} {top + (bottom - top) * y:.1f}{kind}")
    return "".join(marks)


def _toned(colour: str, field: str) -> str:
    """A mineral's colour as its detailed field has it: up to 5 % lighter or darker, with a breath of another hue."""
    if len(field) < 4:
        return colour
    rng = _chance("tone", field[:4])
    hue, light, full = rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)))
    shifted = hls_to_rgb((hue + rng.uniform(-0.025, 0.025)) % 1, light + rng.uniform(-0.05, 0.05), full)
    return "#" + "".join(f"{round(255 * min(1, max(0, part))):02x}" for part in shifted)


def _mark(name: str, path: str, paint: str) -> str:
    return f'<path class="stone-{name}" d="{path}" {paint}/>' if path else ""


def _group(stone: Stone, points: list[Point]) -> str:
    """The drawn stone: body, two faces, grain, strata, edge. One still to be earned is an outline."""
    rock, rounding = stone.mineral, 0.5 - 0.4 * ((_level(stone.eqf) - 1) / 7) ** 0.8
    body, light, dark = (_toned(colour, stone.field) for colour in (rock.body, rock.light, rock.dark))
    edge, line = _path(points, rounding), 'fill="none" stroke-linecap="round"'
    if not stone.earned:
        dashes = f'{line} stroke="currentColor" stroke-dasharray="5 4"'
        return f'<g class="stone-missing">{_mark("edge", edge, dashes)}</g>'
    parts = [_mark("body", edge, f'fill="{body}"')]
    if stone.surveyed:
        parts.append(_mark("face", _path(_face(points, low=False), rounding), f'fill="{light}" opacity=".62"'))
        parts.append(_mark("face", _path(_face(points, low=True), rounding), f'fill="{dark}" opacity=".36"'))
    vein = light if rock.grain == "veins" else dark
    parts.append(_mark("grain", _grain(stone, points), f'{line} stroke="{vein}" stroke-width="1.2" opacity=".55"'))
    parts.append(_mark("strata", _strata(stone, points), f'{line} stroke="{dark}" stroke-width="1.1" opacity=".85"'))
    dash = "none" if stone.surveyed else "1 4"
    parts.append(_mark("edge", edge, f'{line} stroke="{dark}" stroke-width="1.3" stroke-dasharray="{dash}"'))
    return f'<g class="stone-{rock.key}">{"".join(parts)}</g>'


def ruler(ects: float | None) -> str:
    """The scale to set under a plate: ticks where stones of 1, 2, 5, 10 and 15 ECTS would end."""
    marks = []
    for load in (1, 2, 5, 10, 15):
        half, here = width(load) / 2, ' class="ruler-here"' if load == ects else ""
        tick = f'<path d="M{130 - half:.0f} 0v5m{2 * half:.0f} 0v-5"/>'
        marks.append(f'{tick}<text{here} x="{130 + half:.0f}" y="15">{load}</text>')
    scale = "".join(marks) + '<text x="22" y="15">ECTS</text>'
    return f'<svg class="ruler" viewBox="0 0 260 18" aria-hidden="true">{scale}</svg>'


def _svg(kind: str, box: tuple[float, float, float, float], inside: str, label: str) -> str:
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    size = f'viewBox="{" ".join(f"{n:.4g}" for n in box)}" width="{box[2]:.0f}" height="{box[3]:.0f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" {size} {said}>{inside}</svg>'


def _level_words(one: Stone) -> str:
    if one.eqf is not None:
        return _("EQF level %(level)d") % {"level": one.eqf}
    return _("level not stated") if one.level_applies else _("no level applies")


def describe(one: Stone) -> str:
    """The stone in words and in the reader's language, for a text alternative or a caption."""
    ects = "" if one.ects is None else number_format(f"{one.ects:g}")
    return _("%(mineral)s stone: %(workload)s, %(level)s, %(outcomes)s") % {
        "mineral": one.mineral.name,
        "workload": _("%(ects)s ECTS") % {"ects": ects} if ects else _("ECTS not stated"),
        "level": _level_words(one),
        "outcomes": ngettext("%(count)d learning outcome", "%(count)d learning outcomes", one.outcomes)
        % {"count": one.outcomes},
    }


@lru_cache(maxsize=2048)
def _single(one: Stone) -> str:
    placed = _turn(outline(one), 0, PLATE[0] / 2, PLATE[1] - 0.6 - height(one.ects, one.eqf) / 2)
    return _group(one, placed)


def draw(one: Stone, *, label: str = "") -> str:
    """One stone on its plate. Without a label it is decoration beside a name, and hidden from readers."""
    return _svg("stone", (0, 0, *PLATE), _single(one), label)


def stone(
    identifier: str,
    ects: float | None,
    eqf: int | None,
    field: str,
    outcomes: int,
    *,
    earned: bool = True,
    label: str = "",
) -> str:
    """One stone from its facts; ``field`` is an ISCED-F code of two to four digits."""
    return draw(Stone(identifier, ects, eqf, field, outcomes, earned), label=label)


def stacked(stones: Iterable[Stone]) -> list[tuple[Stone, list[Point]]]:
    """Each stone with its corners where it lies in the cairn: widest first, resting where it touches the one below."""
    drawn: list[tuple[Stone, list[Point]]] = []
    below: list[Point] = []
    middle = 0.0
    for one in sorted(stones, key=lambda s: (-width(s.ects), s.identifier)):
        rng = _chance(one.identifier, "place")
        slack = 0.07 * (_span(below, 0)[1] - _span(below, 0)[0]) if below else 0
        middle = 0.55 * middle + rng.uniform(-slack, slack)  # drifts back over the base
        points = _turn(outline(one), rng.uniform(-1.6, 1.6), middle, 0)
        above, under = _around(points), _around(below)
        gaps = [
            lower[0] - upper[1] + 3
            for x in range(-120, 121, 3)
            if (upper := _crosscut(above, middle + x)) and (lower := _crosscut(under, middle + x))
        ]
        fall = min(gaps) if gaps else -_span(points, 1)[1]
        below = [(x, y + fall) for x, y in points]
        drawn.append((one, below))
    return drawn


def cairn(stones: Iterable[Stone], *, frame: float = 0, label: str = "") -> str:
    """Stones stacked into one picture. A frame (a width, such as PLATE[0]) keeps cairns side by side to one scale."""
    drawn = stacked(stones)
    corners = [p for _one, points in drawn for p in points] or [(0.0, 0.0)]
    half = max(frame / 2, *(abs(x) + 3 for x, _y in corners))
    top = min(y for _x, y in corners) - 3
    return _svg("cairn", (-half, top, 2 * half, 0.6 - top), "".join(_group(*pair) for pair in drawn), label)


def png(svg: str, *, width: int = 780, background: str | None = None) -> bytes:
    """Rasterise a drawing to this many pixels across; see-through unless a background colour is given."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=width, background=background, skip_system_fonts=True))
