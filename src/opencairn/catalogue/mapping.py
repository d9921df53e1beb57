"""The map of related courses: around one course, or around a skill. Drawn as stones on terraces, with a list behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from opencairn.kit.text import pick
from opencairn.programmes.models import Outcome, Programme, ProgrammeVersion

from .backends import BACKEND, Criteria
from .filters import SKILL
from .filters.skill import filed, tree
from .queries import LONGEST_CODE, Hit, hits_of
from .rules import relating

MOST_SHOWN = 11
MOST_LOOKED_AT = 60  # candidates from each question to the index, in its own order


@dataclass(frozen=True)
class Stone:
    """One course on the map: its number in the list, where it lies, the way to it, and what ties it, in words."""

    number: int
    hit: Hit
    spot: relating.Spot
    words: str
    kind: str = ""
    path: str = ""
    is_middle: bool = False

    @property
    def lines(self) -> list[str]:
        """The title, broken for the picture."""
        return relating.lines(pick(self.hit.version.title, (get_language() or "en", "en"))[1])


@dataclass(frozen=True)
class Map:
    """A drawn map: the stones in the order of the list, the terraces, and the size of the drawing."""

    stones: Sequence[Stone]
    terraces: Sequence[relating.Terrace]
    height: float
    title: str
    skill: str = ""

    @property
    def middle(self) -> Stone | None:
        """The course in the middle; None on the map of a skill."""
        return next((stone for stone in self.stones if stone.is_middle), None)

    @property
    def others(self) -> list[Stone]:
        """Every other course."""
        return [stone for stone in self.stones if not stone.is_middle]


def around(slug: str, *, day: date) -> Map | None:
    """Draw what is related to a public course, the strongest ties first; None where there is no such course."""
    found = hits_of([slug], day)
    if not found:
        return None
    middle = found[0]
    ids = _near(middle, day)
    versions = ProgrammeVersion.objects.filter(programme__in=[middle.programme.pk, *ids], pk__in=_current(ids, middle))
    traits = _traits(versions)
    mine = traits.pop(middle.programme.slug)
    ties = {name: tie for name, its in traits.items() if (tie := relating.related(mine, its))}
    best = sorted(ties, key=lambda name: (-ties[name].weight, name))[:MOST_SHOWN]
    by_slug = {hit.programme.slug: hit for hit in hits_of(best, day)}
    hits = [middle, *(by_slug[name] for name in best if name in by_slug)]
    named = SKILL.names({code for tie in ties.values() for code in tie.shared})
    words = {name: _said(ties[name], named) for name in best}
    kinds = {name: ties[name].kind for name in best}
    return _drawn(
        hits, words, kinds, middle=middle, title=pick(middle.version.title, (get_language() or "en", "en"))[1]
    )


def of_skill(uri: str, *, day: date) -> Map | None:
    """Draw the courses that build a skill or a narrower one; None where the skill is not known."""
    if not SKILL.known([uri]) or len(uri) > LONGEST_CODE:
        return None
    name = SKILL.said(uri)
    found = BACKEND.search(Criteria("", {SKILL.name: (uri,)}), day=day, first=0, last=MOST_SHOWN + 1)
    if not found.programmes and "://" not in uri:  # words that no course states are somebody's own
        return None
    slugs = list(Programme.objects.filter(pk__in=found.programmes).values_list("slug", flat=True))
    hits = sorted(hits_of(slugs, day), key=lambda hit: (hit.version.eqf_level or 0, hit.programme.slug))
    exact = _traits(ProgrammeVersion.objects.filter(pk__in=[hit.version.pk for hit in hits]))
    words, kinds = {}, {}
    for hit in hits:
        slug = hit.programme.slug
        itself = uri in exact[slug].skills
        words[slug] = _("Builds this skill") if itself else _("Builds a narrower skill")
        kinds[slug] = relating.SHARES if itself else relating.SUBJECT
    return _drawn(hits, words, kinds, middle=None, title=name, skill=uri)


def _current(ids: Sequence[UUID], middle: Hit) -> list[Any]:
    known = Programme.objects.public().filter(pk__in=[*ids, middle.programme.pk])
    return list(known.values_list("current", flat=True))


def _near(middle: Hit, day: date) -> list[UUID]:
    """Ask the index for courses that may be related: by skills, by subject and level, and of the same provider."""
    version = middle.version
    stated = [skill for outcome in Outcome.objects.filter(version=version) for skill in outcome.skills]
    own = {str(skill.get("uri")) for skill in stated}
    every = dict.fromkeys(code for skill in stated for code in filed(skill, tree()))
    codes = tuple(code for code in every if code in own or "://" not in code)[:40]
    asked: list[Mapping[str, tuple[str, ...]]] = [{"provider": (middle.programme.provider.slug,)}]
    if codes:
        asked.append({SKILL.name: codes})
    if version.field_code:
        level = version.eqf_level
        levels = () if level is None else tuple(str(each) for each in (level - 1, level, level + 1))
        asked.append({"field": (version.field_code[:2],)} | ({"level": levels} if levels else {}))
    ids: dict[UUID, None] = {}
    for chosen in asked:
        found = BACKEND.search(Criteria("", chosen), day=day, first=0, last=MOST_LOOKED_AT)
        ids |= dict.fromkeys(found.programmes)
    return [pk for pk in ids if pk != middle.programme.pk]


def _traits(versions: Any) -> dict[str, relating.Traits]:
    rows = {version.pk: version for version in versions.select_related("programme")}
    stated: dict[int, set[str]] = {pk: set() for pk in rows}
    for outcome in Outcome.objects.filter(version__in=list(rows)):
        stated[outcome.version_id] |= {_code(skill) for skill in outcome.skills} - {""}
    return {
        version.programme.slug: relating.Traits(
            version.programme.slug, tuple(version.title.values()), frozenset(stated[pk]), version.field_code,
            version.eqf_level, " ".join(version.stackability.values()),
        )
        for pk, version in rows.items()
    }  # fmt: skip


def _code(skill: Mapping[str, Any]) -> str:
    label = skill.get("label")
    words = pick(label, ("en",))[1] if isinstance(label, Mapping) else str(label or "")
    return str(skill.get("uri") or "") or " ".join(words.split())


def _said(tie: relating.Relation, named: Mapping[str, str]) -> str:
    first = {
        relating.STACKS: _("The course in the middle says that it stacks into this one"),
        relating.BUILDS: _("Says that it stacks into the course in the middle"),
        relating.SUBJECT: _("Same subject, and a level close by"),
    }.get(tie.kind, "")
    shared = ngettext("Builds the same skill: %(skills)s", "Builds the same skills: %(skills)s", len(tie.shared)) % {
        "skills": ", ".join(named.get(code, code) for code in tie.shared)
    }
    return ". ".join(part for part in (first, shared if tie.shared else "") if part) + "."


def _drawn(
    hits: Sequence[Hit], words: Mapping[str, str], kinds: Mapping[str, str], *, middle: Hit | None, title: str,
    skill: str = "",
) -> Map:  # fmt: skip
    here = middle.programme.slug if middle else ""
    plan = relating.plan([(hit.programme.slug, hit.version.eqf_level) for hit in hits], here)
    start = plan.spots.get(here)
    stones = []
    for number, hit in enumerate(hits, start=0 if middle else 1):
        slug, spot = hit.programme.slug, plan.spots[hit.programme.slug]
        path = relating.footpath(start, spot) if start and slug != here else ""
        stones.append(Stone(number, hit, spot, words.get(slug, ""), kinds.get(slug, ""), path, slug == here))
    return Map(stones, plan.terraces, plan.height, title, skill)
