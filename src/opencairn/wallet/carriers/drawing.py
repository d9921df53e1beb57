"""Drawings as SVG paths, and those paths on a PDF page: the stone, the contour lines, the QR code.

The certificate page and the PDF use the same paths, so the two stay alike.
"""

import math
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

import segno
from defusedxml.ElementTree import fromstring
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)")
_NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "A": 7, "Z": 0}
Point = tuple[float, float]
Place = Callable[[float, float], Point]


@dataclass(frozen=True)
class Stroke:
    """One path of a drawing with its paint. None means no fill or no line."""

    path: str
    fill: str | None = None
    line: str | None = None
    width: float = 1.0
    opacity: float = 1.0
    dashes: tuple[float, ...] = ()


def strokes(svg: str, *, ink: str = "#1c2427") -> list[Stroke]:
    """Read the paths of one of our own stone drawings; ``ink`` stands for currentColor."""
    found = []
    for mark in fromstring(svg).iter("{http://www.w3.org/2000/svg}path"):
        fill, line = mark.get("fill", "none"), mark.get("stroke", "none").replace("currentColor", ink)
        dashes = mark.get("stroke-dasharray", "none")
        found.append(
            Stroke(
                path=mark.get("d", ""),
                fill=None if fill == "none" else fill,
                line=None if line == "none" else line,
                width=float(mark.get("stroke-width", "1")),
                opacity=float(mark.get("opacity", "1")),
                dashes=() if dashes == "none" else tuple(float(n) for n in dashes.split()),
            )
        )
    return found


def leftmost(marks: Iterable[Stroke]) -> float:
    """Return where a stone begins, counted from the left edge of its plate; 0 for no stone."""
    edges = [mark.path for mark in marks if "Q" in mark.path and mark.path.endswith("Z")]
    return min((float(x) for path in edges for x in re.findall(r"(-?[\d.]+) -?[\d.]+", path)), default=0.0)


def qr_path(words: str) -> tuple[str, int]:
    """Return a QR code (error correction M) as one path of unit squares, and its width in squares."""
    rows = [bytes(row) for row in segno.make(words, error="m", micro=False).matrix]
    parts = []
    for y, row in enumerate(rows):
        for run in re.finditer(rb"\x01+", row):
            length = run.end() - run.start()
            parts.append(f"M{run.start()} {y}h{length}v1h-{length}z")
    return "".join(parts), len(rows)


def contours(seed: str, *, rings: int = 8) -> list[str]:
    """Return map contour lines around the place of the stone on an A4 sheet (297 x 210 mm), seeded and repeatable."""
    rng = random.Random(int.from_bytes(sha256(seed.encode()).digest()[:8], "big"))  # noqa: S311 - a drawing, no secret
    waves = [(n, rng.uniform(0.02, 0.075) / math.sqrt(n), rng.uniform(0, 6.28)) for n in (1, 2, 3, 5)]
    made = []
    for ring in range(rings):
        reach, points = 26 + 17 * ring, []
        for step in range(36):
            angle = 2 * math.pi * step / 36
            swell = 1 + sum(size * math.sin(n * angle + turn + ring * 0.13) for n, size, turn in waves)
            points.append((206 + 1.32 * reach * swell * math.cos(angle), 133 + reach * swell * math.sin(angle)))
        made.append(_closed(points))
    return made


def _closed(points: list[Point]) -> str:
    """A closed, smooth path: curves from middle to middle, with the points as handles."""
    middles = [
        ((ax + bx) / 2, (ay + by) / 2) for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1], strict=True)
    ]
    curves = (
        f"Q{x:.1f} {y:.1f} {mx:.1f} {my:.1f}"
        for (x, y), (mx, my) in zip(points[1:] + points[:1], middles[1:] + middles[:1], strict=True)
    )
    return f"M{middles[0][0]:.1f} {middles[0][1]:.1f}" + "".join(curves) + "Z"


def draw(canvas: Canvas, marks: Iterable[Stroke], *, left: float, top: float, scale: float) -> None:
    """Put strokes on the page: the drawing's origin at (left, top) in points, y growing downwards as in SVG."""
    for mark in marks:
        canvas.saveState()
        path = canvas.beginPath()
        _trace(path, mark.path, lambda x, y: (left + x * scale, top - y * scale))
        if mark.fill:
            canvas.setFillColor(HexColor(mark.fill))
            canvas.setFillAlpha(mark.opacity)
        if mark.line:
            canvas.setStrokeColor(HexColor(mark.line))
            canvas.setStrokeAlpha(mark.opacity)
            canvas.setLineWidth(mark.width * scale)
            canvas.setLineCap(1)
            if mark.dashes:
                canvas.setDash([max(d * scale, 0.01) for d in mark.dashes])
        canvas.drawPath(path, stroke=int(bool(mark.line)), fill=int(bool(mark.fill)), fillMode=1)
        canvas.restoreState()


def _trace(path: PDFPathObject, words: str, place: Place) -> None:
    """Follow an SVG path of M L H V Q A Z, absolute or relative. Arcs are drawn as the full circle they nearly are."""
    tokens, command, here, start = _TOKEN.findall(words), "", (0.0, 0.0), (0.0, 0.0)
    at = 0
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        kind, relative = command.upper(), command.islower()
        numbers = [float(n) for n in tokens[at : at + _NUMBERS[kind]]]
        at += _NUMBERS[kind]
        dx, dy = here if relative else (0.0, 0.0)
        if kind == "Z":
            path.close()
            here = start
        elif kind == "H":
            here = (numbers[0] + dx, here[1])
            path.lineTo(*place(*here))
        elif kind == "V":
            here = (here[0], numbers[0] + dy)
            path.lineTo(*place(*here))
        elif kind == "Q":
            here = _curve(path, here, (numbers[0] + dx, numbers[1] + dy), (numbers[2] + dx, numbers[3] + dy), place)
        elif kind == "A":
            here = _circle(path, here, numbers[0], (numbers[5] + dx, numbers[6] + dy), place)
        else:
            here = (numbers[0] + dx, numbers[1] + dy)
            (path.moveTo if kind == "M" else path.lineTo)(*place(*here))
            if kind == "M":
                start, command = here, "l" if relative else "L"


def _curve(path: PDFPathObject, begin: Point, handle: Point, end: Point, place: Place) -> Point:
    """A quadratic curve as the cubic one that PDF knows."""
    first, second = (tuple(p + 2 / 3 * (h - p) for p, h in zip(point, handle, strict=True)) for point in (begin, end))
    path.curveTo(*place(*first), *place(*second), *place(*end))
    return end


def _circle(path: PDFPathObject, begin: Point, radius: float, end: Point, place: Place) -> Point:
    """A circle below the point, which is where the stones' specks of basalt lie."""
    x, y = place((begin[0] + end[0]) / 2, begin[1] + radius)
    size = abs(place(radius, 0)[0] - place(0, 0)[0])
    path.circle(x, y, size)
    path.moveTo(*place(*end))
    return end
