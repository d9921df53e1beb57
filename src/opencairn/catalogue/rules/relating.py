"""How two courses are related, and where the stones of a map lie: plain values only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sin

from opencairn.kit.text import plain

SHORTEST_TITLE = 6  # letters: a shorter title stands in many a text by chance
STACKS, BUILDS, SHARES, SUBJECT = "stacks-into", "builds-on", "shares-skills", "same-subject"
WORTH_STACKING, WORTH_SKILL, WORTH_SUBJECT, WORTH_LEVEL = 20, 4, 3, 1
MOST_SKILLS_COUNTED = 4


@dataclass(frozen=True)
class Traits:
    """What of a course relations are read from. ``field`` is ISCED-F, ``stacks`` what it says it stacks into."""

    identifier: str
    titles: tuple[str, ...]
    skills: frozenset[str]
    field: str
    level: int | None
    stacks: str


@dataclass(frozen=True)
class Relation:
    """How another course stands to one: the strongest kind, the skills both build, and a weight for ordering."""

    kind: str
    shared: tuple[str, ...]
    weight: int


def names(text: str, titles: Iterable[str]) -> bool:
    """Whether a text names one of the titles, without regard to case and accents."""
    said = f" {' '.join(plain(text).split())} "
    return any(len(title) >= SHORTEST_TITLE and plain(title).strip() in said for title in titles)


def related(one: Traits, other: Traits) -> Relation | None:
    """Say how ``other`` is related to ``one``, None where nothing ties them.

    What a course itself says it stacks into counts most, then skills that both state, then the same narrow field
    (three digits of ISCED-F) at a level no more than one apart.
    """
    shared = tuple(sorted(one.skills & other.skills))
    near = one.level is None or other.level is None or abs(one.level - other.level) <= 1
    subject = len(one.field) > 2 and one.field[:3] == other.field[:3] and near
    weight = WORTH_SKILL * min(len(shared), MOST_SKILLS_COUNTED) + WORTH_SUBJECT * subject
    weight += WORTH_LEVEL * (one.level == other.level and one.level is not None and weight > 0)
    if names(one.stacks, other.titles):
        return Relation(STACKS, shared, weight + WORTH_STACKING)
    if names(other.stacks, one.titles):
        return Relation(BUILDS, shared, weight + WORTH_STACKING)
    if shared:
        return Relation(SHARES, shared, weight)
    return Relation(SUBJECT, (), weight) if subject else None


WIDTH, ROW, MARGIN, SLOTS, TOP = 760, 190, 96, 3, 0  # units of the drawing; three stones to a row can be read
WORDS = 72  # how far the words below a stone reach


@dataclass(frozen=True)
class Spot:
    """Where a stone lies: the middle of its foot."""

    x: float
    y: float


@dataclass(frozen=True)
class Terrace:
    """A row of the map: its level (None for those without one), the height of its ground, and the ground's path."""

    level: int | None
    y: float
    path: str


@dataclass(frozen=True)
class Plan:
    """The places of all stones by identifier, the terraces from the highest level down, and the drawing's height."""

    spots: Mapping[str, Spot]
    terraces: Sequence[Terrace]
    height: float


def plan(levels: Sequence[tuple[str, int | None]], middle: str) -> Plan:
    """Lay stones on terraces, one for each level, the highest on top; ``middle`` names the one to set in the middle.

    Stones come as (identifier, level) in the order of their weight. A terrace with more than three is laid in two.
    """
    rows: list[tuple[int | None, list[str]]] = []
    for level in sorted(
        {level for _name, level in levels}, key=lambda each: -1 if each is None else each, reverse=True
    ):
        here = [name for name, its in levels if its == level]
        here.sort(key=lambda name: name != middle)
        rows += [(level, here[start : start + SLOTS]) for start in range(0, len(here), SLOTS)]
    spots, terraces = {}, []
    for place, (level, some) in enumerate(rows):
        y = TOP + 100 + place * ROW
        for name, x in zip(_centred(some, middle), _columns(len(some)), strict=True):
            spots[name] = Spot(x, _ground(x, y, place))
        terraces.append(Terrace(level, y, _contour(y, place)))
    return Plan(spots, terraces, TOP + 30 + len(rows) * ROW)


def _centred(some: list[str], middle: str) -> list[str]:
    return [some[1], some[0], some[2]] if len(some) == SLOTS and some[0] == middle else some


def _columns(many: int) -> list[float]:
    step = (WIDTH - MARGIN) / SLOTS
    start = MARGIN + step * (SLOTS - many + 1) / 2
    return [start + step * place for place in range(many)]


def _ground(x: float, y: float, place: int) -> float:
    return round(y + 4 * sin(x / 120 + place * 1.7), 1)


def _contour(y: float, place: int) -> str:
    points = [(x, _ground(x, y, place)) for x in range(0, WIDTH + 1, 20)]
    return "M" + "L".join(f"{x} {height}" for x, height in points)


def footpath(start: Spot, end: Spot) -> str:
    """Return the path from one stone to another, which keeps clear of the words below the upper one.

    On one terrace it is an arch; between two it leaves below the words of the upper stone and arrives at the lower.
    """
    if abs(start.y - end.y) < ROW / 2:
        lift = min(start.y, end.y) - 78
        return f"M{start.x:.0f} {start.y - 12:.0f}Q{(start.x + end.x) / 2:.0f} {lift:.0f} {end.x:.0f} {end.y - 12:.0f}"
    upper, lower = sorted((start, end), key=lambda spot: spot.y)
    first, last = upper.y + WORDS, lower.y - 12
    half = (first + last) / 2
    return f"M{upper.x:.0f} {first:.0f}C{upper.x:.0f} {half:.0f} {lower.x:.0f} {half:.0f} {lower.x:.0f} {last:.0f}"


def lines(title: str, *, width: int = 24, most: int = 2) -> list[str]:
    """Break a title into at most so many lines of so many letters; what does not fit ends in an ellipsis."""
    broken: list[str] = [""]
    for word in title.split():
        longer = f"{broken[-1]} {word}".strip()
        if len(longer) <= width or not broken[-1]:
            broken[-1] = longer
        else:
            broken.append(word)
    kept = [line if len(line) <= width else line[: width - 1] + "…" for line in broken[:most]]
    if len(broken) > most and not kept[-1].endswith("…"):
        kept[-1] = kept[-1][: width - 1].rstrip() + "…"
    return kept
