"""Searching with the SQL database alone, alike on SQLite and PostgreSQL.

Each word of a search is a lookup in the table of words; each filter is a lookup in the table of marks; counts are
grouped marks. Exact at every size; made for tens of thousands of programmes on one machine.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, CharField, Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Length

from opencairn.catalogue.filters import BY_NAME, QUALITY, SKILL, counted
from opencairn.catalogue.filters.skill import standing
from opencairn.catalogue.models import STANDING, Entry, EntryQuerySet, Mark, Term, out_of_step
from opencairn.kit.text import pick, plain
from opencairn.people.models import Organisation
from opencairn.programmes.models import Programme

from .asking import EXACT, OTHER, STEM, Asked, guessed, spelled_out
from .filing import Filer
from .protocol import Criteria, Found, Suggestion

BATCH = 200

# Amounts are ordered within one currency: what is free, then currency after currency, then what states no price.
MONEY = Case(
    When(price=None, then=Value("ZZZZ")), When(price=0, then=Value("")), default=F("currency"), output_field=CharField()
)
ORDERS: Mapping[str, Sequence[Any]] = {
    "start": [F("next_start").asc(nulls_last=True), F("starts_any_day").desc(), "title_key", "pk"],
    "work": [F("work").asc(nulls_last=True), "title_key", "pk"],
    "length": [F("days").asc(nulls_last=True), F("work").asc(nulls_last=True), "title_key", "pk"],
    "credits": [F("ects").desc(nulls_last=True), "title_key", "pk"],
    "new": ["-programme_changed_at", "title_key", "pk"],
    "price": [MONEY.asc(), F("price").asc(nulls_last=True), "title_key", "pk"],
    "title": ["title_key", "pk"],
}
BROWSING: Sequence[Any] = ["-kind", F("next_start").asc(nulls_last=True), "title_key", "pk"]


class Words:
    """The filed words of the table of words, for ``asking.spelled_out``."""

    def endings(self, beginning: str, most: int) -> list[str]:
        """Return filed words that begin so."""
        filed = Term.objects.filter(word__gte=beginning, word__startswith=beginning).order_by("word")
        return list(filed.values_list("word", flat=True).distinct()[:most])

    def known(self, words: Collection[str]) -> set[str]:
        """Return those of the words that are filed."""
        return set(Term.objects.filter(word__in=words).order_by().values_list("word", flat=True).distinct())


class SqlBackend:
    """The engine that needs nothing but the database of the site."""

    def is_current(self, day: date) -> bool:
        """Whether every public programme is filed as it stands: one query, and a small one for the taxonomies."""
        return not out_of_step(day, _standing()).exists()

    @transaction.atomic
    def refresh(self, *, at: datetime, most: int | None = None) -> int:
        """File what is out of step, the latest changes first; ``most`` bounds the work of one call."""
        ids = list(
            out_of_step(at.date(), _standing()).order_by("-changed_at", "pk").values_list("pk", flat=True)[:most]
        )
        for start in range(0, len(ids), BATCH):
            _file(ids[start : start + BATCH], at)
        return len(ids)

    @transaction.atomic
    def rebuild(self, *, at: datetime) -> int:
        """Throw every entry away and file all public programmes."""
        Entry.objects.all().delete()
        self.refresh(at=at)
        return Entry.objects.count()

    def suggest(self, beginning: str, *, most: int) -> list[Suggestion]:
        """Suggest titles and providers; the tables of this engine do not know skills as such."""
        key = " ".join(plain(beginning).split())
        if not key:
            return []
        titled = Entry.objects.filter(title_key__gte=key, title_key__startswith=key).order_by("title_key")[: most * 4]
        titles = titled.values_list("programme__current__title", flat=True)
        names = Organisation.objects.providers().filter(closed_at=None, name__istartswith=beginning.strip())
        found = [Suggestion("title", pick(title, ("en",))[1]) for title in titles]
        found = list(dict.fromkeys(found))[:most]
        return found + [Suggestion("provider", name) for name in names.values_list("name", flat=True)[:most]]

    def search(self, criteria: Criteria, *, day: date, first: int, last: int) -> Found:
        """Find, order and count. A word has to be found somewhere; codes of one filter add up, filters narrow."""
        asked = spelled_out(criteria.q, Words())
        accredited = QUALITY.by_day(day)
        matching = Entry.objects.all()
        for word in asked:
            matching = matching.filter(pk__in=Term.objects.filter(_hits(word)).values("entry"))
        chosen = {name: codes for name, codes in criteria.chosen.items() if name in BY_NAME and codes}
        found = _narrowed(matching, chosen, accredited)
        page = _ordered(found, criteria.sort, asked).values_list("pk", flat=True)[first:last]
        return Found(list(page), found.count(), _counts(matching, found, chosen, accredited), guessed=guessed(asked))


def _file(ids: list[UUID], at: datetime) -> None:
    list(Programme.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    Entry.objects.filter(pk__in=ids).delete()
    stood = _standing()
    made = [(card, Entry(**card.entry._asdict())) for card in Filer(at.date()).cards(ids)]
    Entry.objects.bulk_create(entry for _, entry in made)
    Term.objects.bulk_create(
        (Term(entry=entry, word=word, weight=weight) for card, entry in made for word, weight in card.words().items()),
        batch_size=5000,
    )
    Mark.objects.bulk_create(
        Mark(entry=entry, key=name, code=code) for card, entry in made for name, code in card.codes
    )
    Mark.objects.bulk_create(Mark(entry=entry, key=STANDING, code=stood) for _, entry in made)


def _standing() -> str:
    return f"{standing():019d}"


def _hits(word: Asked) -> Q:
    return Q(word__in=word.filed)


def _narrowed(
    entries: EntryQuerySet, chosen: dict[str, tuple[str, ...]], accredited: set[UUID], *, but: str = ""
) -> EntryQuerySet:
    for name, codes in chosen.items():
        if name == but:
            continue
        if name == QUALITY.name:
            stated = Q(pk__in=Mark.objects.filter(key=name, code__in=codes).values("entry")) & ~Q(pk__in=accredited)
            entries = entries.filter(stated | Q(pk__in=accredited) if QUALITY.DAILY in codes else stated)
        else:
            entries = entries.marked(name, codes)
    return entries


def _ordered(found: EntryQuerySet, sort: str, asked: list[Asked]) -> QuerySet[Entry]:
    if sort in ORDERS:
        return found.order_by(*ORDERS[sort])
    if not asked:
        return found.order_by(*BROWSING)
    score = sum((_score(word) for word in asked), start=Value(0))
    return found.annotate(score=score).order_by("-score", "-kind", Length("title_key"), "title_key", "pk")


def _score(word: Asked) -> Coalesce:
    worth = Case(
        When(word=word.word, then=F("weight") * EXACT),
        When(word__in=sorted(word.forms), then=F("weight") * STEM),
        default=F("weight") * OTHER,
        output_field=IntegerField(),
    )
    hits = Term.objects.filter(_hits(word), entry=OuterRef("pk")).order_by().values("entry")
    return Coalesce(Subquery(hits.annotate(best=Max(worth)).values("best")), Value(0))


def _counts(
    matching: EntryQuerySet, found: EntryQuerySet, chosen: dict[str, tuple[str, ...]], accredited: set[UUID]
) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    free = [name for name in BY_NAME if name not in chosen and name not in {QUALITY.name, SKILL.name}]
    _add(counts, Mark.objects.filter(key__in=free, entry__in=found.values("pk")))
    for name in (chosen.keys() | {SKILL.name}) - {QUALITY.name}:
        others, codes = _narrowed(matching, chosen, accredited, but=name), counted(name, chosen.get(name, ()))
        marks = Mark.objects.filter(key=name, entry__in=others.values("pk"))
        _add(counts, marks if codes is None else marks.filter(code__in=codes))
    others = _narrowed(matching, chosen, accredited, but=QUALITY.name)
    in_force = others.filter(pk__in=accredited).count() if accredited else 0
    if in_force:
        counts[QUALITY.name][QUALITY.DAILY] = in_force
    _add(counts, Mark.objects.filter(key=QUALITY.name, entry__in=others.exclude(pk__in=accredited).values("pk")))
    return counts


def _add(counts: dict[str, dict[str, int]], marks: QuerySet[Mark]) -> None:
    for name, code, number in marks.order_by().values_list("key", "code").annotate(number=Count("entry")):
        counts[name][code] = number
