"""Up to four programmes side by side: the same rows for each, in the order of the European elements (Annex I)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.kit.text import pick
from opencairn.programmes import vocabulary
from opencairn.programmes.models import Outcome, Programme, ProgrammeVersion

from . import locales, wording
from .queries import Hit, hits_of

MOST = 4
MOST_OUTCOMES_SHOWN = 6


@dataclass(frozen=True)
class Said:
    """One piece of a cell: words, and the language they are in ("" for the reader's own)."""

    words: str
    language: str = ""


@dataclass(frozen=True)
class Line:
    """One row: what it is about, and a cell for each programme; an empty cell is a gap."""

    title: Any
    cells: Sequence[Sequence[Said]]
    hits: Sequence[Hit]

    @property
    def pairs(self) -> list[tuple[Sequence[Said], Hit]]:
        """Each cell with the programme it is about."""
        return list(zip(self.cells, self.hits, strict=True))

    @property
    def differs(self) -> bool:
        """Whether the programmes do not all say the same."""
        return any(cell != self.cells[0] for cell in self.cells[1:])


@dataclass(frozen=True)
class Comparison:
    """Programmes side by side, the slugs nobody knows, and whether more than four were asked for."""

    hits: Sequence[Hit]
    lines: Sequence[Line]
    unknown: Sequence[str]
    too_many: bool

    @property
    def columns(self) -> int:
        """How many columns the table has, the one of the row headings included."""
        return len(self.hits) + 1


def compare(slugs: Sequence[str], *, day: date) -> Comparison:
    """Compare the first four programmes that exist; the others are counted, never silently dropped."""
    asked = list(dict.fromkeys(slug for slug in slugs if slug and slug.isprintable()))
    found = {hit.programme.slug: hit for hit in hits_of(asked[: 3 * MOST], day)}
    prefetch_related_objects([hit.version for hit in found.values()], "awarding_body")
    known = [found[slug] for slug in asked if slug in found]
    shown = known[:MOST]
    outcomes: dict[int, list[Outcome]] = {}
    for outcome in Outcome.objects.filter(version__in=[hit.version for hit in shown]).order_by("version", "position"):
        outcomes.setdefault(outcome.version_id, []).append(outcome)
    columns = [Column(hit, outcomes.get(hit.version.pk, [])) for hit in shown]
    lines = [Line(title, [read(column) for column in columns], shown) for title, read in LINES] if columns else []
    unknown = [slug[:100] for slug in asked[: 3 * MOST] if slug not in found]
    return Comparison(shown, lines, unknown, len(asked) - len(unknown) > MOST)


def ticked(slugs: Sequence[str]) -> list[str]:
    """Which of the slugs carried along for comparing are public programmes, in their order, each once."""
    asked = list(dict.fromkeys(slug for slug in slugs if slug and slug.isprintable()))[: 3 * MOST]
    known = set(Programme.objects.public().filter(slug__in=asked).values_list("slug", flat=True)) if asked else set()
    return [slug for slug in asked if slug in known]


@dataclass(frozen=True)
class Column:
    """One programme with everything its cells are read from."""

    hit: Hit
    outcomes: Sequence[Outcome]

    @property
    def version(self) -> ProgrammeVersion:
        """The description in force."""
        return self.hit.version


Reader = Callable[[Column], Sequence[Said]]


def _plain(words: str) -> list[Said]:
    return [Said(words)] if words else []


def _text(text: dict[str, str]) -> list[Said]:
    language, words = pick(text, (get_language() or "en", "en"))
    return [Said(line, language) for line in words.splitlines() if line.strip()]


def _outcomes(column: Column) -> list[Said]:
    said = [piece for outcome in column.outcomes[:MOST_OUTCOMES_SHOWN] for piece in _text(outcome.text)]
    if more := len(column.outcomes) - MOST_OUTCOMES_SHOWN:
        said += _plain(_("and %(number)d more") % {"number": more}) if more > 0 else []
    return said


def _skills(column: Column) -> list[Said]:
    labels = dict.fromkeys(skill.get("label", "") for outcome in column.outcomes for skill in outcome.skills)
    return _plain("; ".join(str(label) for label in labels if label))


def _assessment(column: Column) -> list[Said]:
    kinds = [vocabulary.label("assessment_types", code) for code in column.version.assessment_types]
    return [*_plain(", ".join(kinds)), *_text(column.version.assessment)]


def _participation(column: Column) -> list[Said]:
    return [*_plain(wording.participation(column.version)), *_text(column.version.participation_note)]


def _quality(column: Column) -> list[Said]:
    stated = column.version.quality_assurance
    return [
        *_plain(vocabulary.label("quality_assurance", stated) if stated else ""),
        *_text(column.version.quality_assurance_note),
    ]


def _level(column: Column) -> list[Said]:
    national = column.version.national_level
    return [*_plain(wording.level(column.version)), *_plain(national)]


def _body(column: Column) -> list[Said]:
    body = column.version.awarding_body
    return _plain(body.name if body else "")


def _field(column: Column) -> list[Said]:
    code = column.version.field_code
    return _plain(vocabulary.field_label(code) if code else "")


def _country(column: Column) -> list[Said]:
    code = column.hit.programme.provider.country
    return _plain(locales.country(code) if code else "")


def _supervision(column: Column) -> list[Said]:
    code = column.version.supervision
    return _plain(vocabulary.label("supervision", code) if code else "")


def _start(column: Column) -> list[Said]:
    return _plain(wording.start(column.hit.offering, is_listing=column.hit.is_listing))


def _place(column: Column) -> list[Said]:
    return _plain(column.hit.offering.place if column.hit.offering else "")


LINES: tuple[tuple[Any, Reader], ...] = (
    (__("Provider"), lambda column: _plain(column.hit.programme.provider.name)),
    (__("Country"), _country),
    (__("Awarding body"), _body),
    (__("Learning outcomes"), _outcomes),
    (__("Skills"), _skills),
    (__("Workload"), lambda column: _plain(wording.workload(column.version))),
    (__("Level"), _level),
    (__("Type of assessment"), _assessment),
    (__("Form of participation"), _participation),
    (__("Quality assurance, says the provider"), _quality),
    (__("Accreditation on the register"), lambda column: _plain(column.hit.register_words)),
    (__("Prerequisites"), lambda column: _text(column.version.prerequisites)),
    (__("Supervision and identity"), _supervision),
    (__("Grade"), lambda column: _text(column.version.grading)),
    (__("Stacks into"), lambda column: _text(column.version.stackability)),
    (__("Subject"), _field),
    (__("Language of teaching"), lambda column: _plain(wording.languages(column.version.languages))),
    (__("Next start"), _start),
    (__("Place"), _place),
    (__("Price"), lambda column: _plain(wording.price(column.hit.offering))),
    (__("Help with the price"), lambda column: _text(column.version.price_support)),
    (__("Further information"), lambda column: _text(column.version.further_information)),
)
