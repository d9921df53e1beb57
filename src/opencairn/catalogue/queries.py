"""Reads of the catalogue: searching, with counts for every filter, in the order asked for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID
from zlib import crc32

from django.core.paginator import Page, Paginator
from django.db.models import F
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from opencairn.kit.text import CONTROL, pick, plain
from opencairn.people.models import Person
from opencairn.programmes import queries as programmes
from opencairn.programmes.models import Offering, Programme, ProgrammeVersion
from opencairn.quality import queries as quality

from . import wording
from .backends import BACKEND, SORTS, Criteria, Suggestion
from .filters import FILTERS, NOT_STATED, Filter
from .models import Pick, Shortlist

__all__ = [
    "Choice", "Criteria", "Facet", "Hit", "Results", "Strange", "criteria_from", "hits_of", "not_understood", "read",
    "search",
]  # fmt: skip

PER_PAGE = 12
LONGEST_QUERY = 200
MOST_CODES = 40
SHORTEST_TYPED, MOST_SUGGESTED = 2, 5
FOLDED_AFTER, MOST_LISTED = 5, 30
STANDING_OPEN = ("level", "mode", "language", "price")
LONGEST_CODE, LONGEST_SHOWN = 300, 60
ROW = (  # what a row of results says; anything else is read when it is asked for
    "programme__slug", "programme__provider__slug", "programme__provider__name", "programme__provider__country",
    "title", "summary", "description", "ects", "hours", "hours_most", "eqf_level", "national_level",
    "level_not_applicable",
    "participation", "languages", "field_code", "published_as",
)  # fmt: skip
REGISTERED = {
    "accredited": __("Accredited"),
    "suspended": __("Accreditation suspended"),
    "withdrawn": __("Accreditation withdrawn"),
    "expired": __("Accreditation expired"),
    "not-yet": __("Accreditation not yet in force"),
    "refused": __("Accreditation refused"),
}


@dataclass(frozen=True)
class Choice:
    """One code of a filter: in words, how many programmes carry it, and whether it is chosen."""

    code: str
    words: str
    count: int
    chosen: bool

    @property
    def key(self) -> str:
        """What stands for the code in the name of an element: itself, unless it has signs a name may not have."""
        return self.code if self.code.replace("-", "").isalnum() else f"{crc32(self.code.encode()):08x}"

    @property
    def not_stated(self) -> bool:
        """Whether this is the choice for what nobody stated."""
        return self.code == NOT_STATED


@dataclass(frozen=True)
class Facet:
    """One filter as shown: the choices in sight, more behind a fold, and how many ``rarer`` ones are not listed."""

    filter: Filter
    choices: Sequence[Choice]
    folded: Sequence[Choice] = ()
    rarer: int = 0

    @cached_property
    def picked(self) -> int:
        """How many of its choices are chosen."""
        return sum(choice.chosen for choice in self.choices)

    @property
    def is_open(self) -> bool:
        """Whether it stands open when the page comes: the most used do, and those with a choice."""
        return self.filter.name in STANDING_OPEN or bool(self.picked)


@dataclass(frozen=True)
class Hit:
    """One programme found, with what a result row says about it: its description, next offering, and standing."""

    programme: Programme
    version: ProgrammeVersion
    offering: Offering | None
    standing: quality.Standing

    @property
    def is_listing(self) -> bool:
        """Whether the description misses elements, so that this is not called a micro-credential."""
        return self.version.published_as == "listing"

    @property
    def summary(self) -> Mapping[str, str]:
        """What stands below its title: its summary, else its description."""
        text: Mapping[str, str] = self.version.summary or self.version.description
        return text

    @property
    def start(self) -> str:
        """When it starts next, in words; "" where nobody said."""
        return wording.start(self.offering, is_listing=self.is_listing)

    @property
    def other_title(self) -> tuple[str, str]:
        """(language, title) in a further language of teaching, ("", "") where there is none."""
        shown = pick(self.version.title, (get_language() or "en", "en"))[0]
        rest = {tag: words for tag, words in self.version.title.items() if tag != shown}
        return pick({tag: words for tag, words in rest.items() if tag in self.version.languages}, ())

    @property
    def register_words(self) -> str:
        """What the public register says today, in a few words."""
        if self.standing.accredited and self.standing.until:
            return _("Accredited until %(day)s") % {"day": date_format(self.standing.until)}
        return str(REGISTERED.get(self.standing.state, __("No accreditation on record")))


@dataclass(frozen=True)
class Results:
    """What a search brings: the exact total, one page of hits, every filter with its counts."""

    criteria: Criteria
    total: int
    page: Page[int]
    hits: Sequence[Hit]
    facets: Sequence[Facet]
    relaxed: bool = False
    guessed: tuple[str, ...] = ()

    @property
    def incomplete(self) -> int:
        """How many of the programmes found are listings with an incomplete description."""
        kind = next(facet for facet in self.facets if facet.filter.name == "kind")
        return next((choice.count for choice in kind.choices if choice.code == "listing"), 0)

    @property
    def any_choice(self) -> bool:
        """Whether there is anything to narrow by."""
        return any(facet.choices for facet in self.facets)

    @cached_property
    def chosen(self) -> list[tuple[Filter, Choice]]:
        """Every chosen code, for the chips that take it back."""
        return [(facet.filter, choice) for facet in self.facets for choice in facet.choices if choice.chosen]


@dataclass(frozen=True)
class Strange:
    """A value of an address that means nothing here: under which name it stood, and what it was."""

    title: Any
    value: str


def criteria_from(params: QueryDict) -> Criteria:
    """Read criteria from an address or a request of the API. What means nothing is left out: see ``not_understood``."""
    return read(params)[0]


def not_understood(params: QueryDict) -> list[Strange]:
    """Return what of an address was left out because it means nothing here, such as a level 9; at most forty."""
    return read(params)[1]


def read(params: QueryDict) -> tuple[Criteria, list[Strange]]:
    """Read an address: what it asks, and what of it means nothing here."""
    chosen: dict[str, tuple[str, ...]] = {}
    strange: list[Strange] = []
    for one in FILTERS:
        asked = [code for code in dict.fromkeys(params.getlist(one.name)) if code][:MOST_CODES]
        if not asked:
            continue
        known = one.known([code for code in asked if len(code) <= LONGEST_CODE and code.isprintable()])
        if codes := tuple(code for code in asked if code in known):
            chosen[one.name] = codes
        strange += [Strange(one.title, code[:LONGEST_SHOWN]) for code in asked if code not in known]
    words = " ".join(CONTROL.sub(" ", params.get("q", "")[:LONGEST_QUERY]).split())
    sort = params.get("sort") or "best"
    if sort not in SORTS:
        strange.append(Strange(_("Sort by"), sort[:LONGEST_SHOWN]))
        sort = "best"
    return Criteria(words, chosen, sort), strange[:MOST_CODES]


def is_filed(day: date) -> bool:
    """Whether the search shows every public programme as it stands."""
    return BACKEND.is_current(day)


def search(criteria: Criteria, *, day: date, page: int = 1, per_page: int = PER_PAGE) -> Results:
    """Find programmes as of a day. A page past the end is the last one."""
    first = (max(page, 1) - 1) * per_page
    found = BACKEND.search(criteria, day=day, first=first, last=first + per_page)
    shown = Paginator(range(found.total), per_page).get_page(page)
    if found.total and not found.programmes:
        first = (shown.number - 1) * per_page
        found = BACKEND.search(criteria, day=day, first=first, last=first + per_page)
    hits = hits_by_id(found.programmes, day, columns=ROW)
    return Results(criteria, found.total, shown, hits, _facets(found.counts, criteria), found.relaxed, found.guessed)


def window(criteria: Criteria, *, day: date, first: int, last: int) -> Results:
    """The results from the place ``first`` to before ``last``, for programs; none where that is past the end."""
    found = BACKEND.search(criteria, day=day, first=first, last=last)
    shown = Paginator(range(found.total), last - first).get_page(first // (last - first) + 1)
    hits = hits_by_id(found.programmes, day)
    return Results(criteria, found.total, shown, hits, _facets(found.counts, criteria), found.relaxed, found.guessed)


def slugs(criteria: Criteria, *, day: date, first: int, last: int) -> list[str]:
    """The slugs of the results from the place ``first`` to before ``last``, in their order."""
    found = BACKEND.search(criteria, day=day, first=first, last=last).programmes
    by_id = dict(Programme.objects.filter(pk__in=found).values_list("pk", "slug"))
    return [by_id.get(pk, "") for pk in found]


def suggest(beginning: str) -> list[Suggestion]:
    """Suggest what to search for while somebody types: at most five of each kind, nothing for a single letter."""
    typed = " ".join(CONTROL.sub(" ", beginning[:LONGEST_QUERY]).split())
    return BACKEND.suggest(typed, most=MOST_SUGGESTED) if len(typed) >= SHORTEST_TYPED else []


def hits_of(slugs: Sequence[str], day: date) -> list[Hit]:
    """Public programmes by their slugs, in no particular order; what is unknown or withdrawn is not among them."""
    return hits_by_id(list(Programme.objects.public().filter(slug__in=slugs).values_list("pk", flat=True)), day)


def hits_by_id(ids: Sequence[UUID], day: date, *, columns: Sequence[str] = ()) -> list[Hit]:
    """Published programmes in the order of their identifiers, withdrawn ones too; only some columns where named."""
    current = ProgrammeVersion.objects.filter(programme__in=ids, programme__current=F("pk")).only(*columns)
    versions = programmes.with_stones(current).select_related("programme__provider")
    by_programme = {version.programme_id: version for version in versions}
    known = [version.programme for version in by_programme.values()]
    offerings, covered = first_offerings(known, day), quality.coverings(versions, day)
    return [
        Hit(by_programme[pk].programme, by_programme[pk], offerings.get(pk), covered[by_programme[pk].pk].counted)
        for pk in ids
        if pk in by_programme
    ]


def first_offerings(known: Iterable[Programme], day: date) -> dict[UUID, Offering]:
    """The next offering of each programme: the soonest dated one, else one that can be started any day."""
    first: dict[UUID, Offering] = {}
    for offering in Offering.objects.upcoming(day).filter(programme__in=list(known)):
        first.setdefault(offering.programme_id, offering)
    return first


def _facets(counts: Mapping[str, Mapping[str, int]], criteria: Criteria) -> list[Facet]:
    return [_facet(one, counts.get(one.name, {}), criteria.chosen.get(one.name, ())) for one in FILTERS]


def _facet(one: Filter, counted: Mapping[str, int], chosen: Collection[str]) -> Facet:
    numbers = {**dict.fromkeys(chosen, 0), **counted}
    place = {code: one.order(code, number) for code, number in numbers.items()}
    always = {*chosen, NOT_STATED}
    first = sorted(numbers, key=lambda code: (place[code], code))
    listed = first[:MOST_LISTED] + [code for code in first[MOST_LISTED:] if code in always]
    names = one.names(listed)
    ordered = sorted(listed, key=lambda code: (place[code], plain(names[code])))
    after = FOLDED_AFTER if len(ordered) > FOLDED_AFTER + 2 else len(ordered)
    made = [Choice(code, names[code], numbers[code], code in chosen) for code in ordered]
    folded = [each for each in made[after:] if each.code not in always]
    shown = made[:after] + [each for each in made[after:] if each.code in always]
    return Facet(one, shown, folded, len(first) - len(listed))


def export_person(person: Person) -> dict[str, Any]:
    """Everything this room holds about a person: the lists of courses they made for others."""
    lists = [
        {
            "title": each.title,
            "note": each.note,
            "created_at": each.created_at,
            "expires_on": each.expires_on,
            "ended_at": each.ended_at,
            "courses": [
                {"course": pick.programme.slug, "note": pick.note}
                for pick in Pick.objects.filter(shortlist=each).select_related("programme")
            ],
        }
        for each in Shortlist.objects.filter(author=person).order_by("created_at")
    ]
    return {"shortlists": lists}
