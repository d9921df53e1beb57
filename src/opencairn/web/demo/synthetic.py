"""Makes any number of invented programmes that are spread as real ones are: for trying and measuring at scale.

Calibrated on two open catalogues (New Jersey's list of eligible training providers, 1,110 programmes, MIT; published
statistics of 5,411 online courses): prices, length of texts, programmes for each provider, repeats. The same seed and
day give the same rows over the same taxonomies: skills that stand in one in use carry its addresses. Every row is
marked: ``source`` is ``generated``, and each name says so.
"""

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from math import exp
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model

from opencairn.kit.dates import midnight
from opencairn.people.models import Organisation
from opencairn.programmes.models import Offering, Outcome, Programme, ProgrammeVersion
from opencairn.quality.models import Decision
from opencairn.skills.models import Skill
from opencairn.skills.queries import FIRST_CHOICE

SOURCE = "generated"
BATCH = 5000
PROVIDERS_AT_20_000 = 300
COUNTRIES = ("DE", "FR", "ES", "IT", "PL", "FI", "IE", "NL", "SE", "PT", "CZ", "GR", "BG", "AT", "HU", "LT")
LANGUAGES = {"en": 50, "de": 16, "fr": 12, "es": 10, "pl": 4, "it": 4, "fi": 2, "el": 1, "bg": 1, "ja": 1}
MODES = {"online": 45, "blended": 25, "onsite": 20, "workbased": 2, "": 8}
ASSURANCE = {"external-programme": 20, "external-institution": 20, "internal": 35, "none": 5, "": 20}
LEVELS = {None: 20, 3: 5, 4: 20, 5: 25, 6: 20, 7: 9, 8: 1}
TYPES = {"short-course": 55, "module": 15, "mooc": 12, "bootcamp": 5, "workplace": 5, "other": 2, "": 6}
NATIONAL = {"DQR": 40, "Niveau": 20, "NLQF": 15, "EstQF": 5, "QNQ": 20}
SYLLABLES = "ba be bri ca cor da del du el fa fen ga gor hal in jor ka kel la lin lo ma mer na nor o pa pel qui ra ren sa sol ta tor u va ven wil xa yl za zor".split()  # noqa: SIM905, E501


@dataclass
class Words:
    """The words of the file, and a long tail of invented names as every real vocabulary has one."""

    book: dict[str, Any]
    names: Sequence[str]
    weights: Sequence[float]
    addresses: Mapping[str, tuple[str, str]]  # of skills that stand in a taxonomy of this site, with its name

    def skill(self, label: str) -> dict[str, str]:
        """Return a skill as an outcome states it: by its address where it has one here."""
        uri, framework = self.addresses.get(label, ("", SOURCE))
        return {"uri": uri, "label": label, "framework": framework}

    def name(self, draw: random.Random) -> str:
        """Draw a name; the first are common, the last hardly ever come up (Zipf)."""
        return draw.choices(self.names, cum_weights=self.weights)[0]


class Rows:
    """Rows on their way into the database, by table, in the order they have to go: plain values, one for each column.

    What is not among the columns takes the table's default. Models, one for each row, would take four times as long.
    """

    columns: Mapping[type[Model], tuple[str, ...]] = {
        Programme: (
            "id", "slug", "provider_id", "current_id", "source", "source_id", "created_at", "changed_at",
        ),
        ProgrammeVersion: (
            "id", "programme_id", "number", "title", "summary", "description", "ects", "hours", "eqf_level",
            "level_not_applicable", "participation", "quality_assurance", "languages", "field_code", "created_at",
            "edited_at", "published_at", "published_as", "offering_type", "national_level", "stackability",
            "price_support",
        ),
        Outcome: ("version_id", "position", "text", "skills"),
        Offering: (
            "id", "programme_id", "starts_on", "ends_on", "place", "languages", "price", "currency", "created_at",
        ),
        Decision: (
            "number", "quality_body_id", "provider_id", "programme_id", "framework", "framework_version", "verdict",
            "reasons", "first_on", "last_on", "decided_at",
        ),
    }  # fmt: skip

    def __init__(self) -> None:
        self.waiting: dict[type[Model], list[tuple[Any, ...]]] = {table: [] for table in self.columns}

    def add(self, table: type[Model], *values: Any) -> None:
        """Take one row, its values in the order of ``columns``."""
        self.waiting[table].append(values)

    def save(self) -> None:
        """Write them in one transaction: a programme and its version in force name each other."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in self.waiting.items():
                _insert(cursor, table, self.columns[table], rows)
                rows.clear()


def _insert(cursor: Any, table: type[Model], names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    fields = {field.attname: field for field in table._meta.concrete_fields}  # noqa: SLF001 - its public face
    rest = {
        name: field.get_db_prep_save(field.get_default(), connection)
        for name, field in fields.items()
        if name not in names and not field.primary_key
    }
    quote = connection.ops.quote_name
    columns = ", ".join(quote(fields[name].column or name) for name in (*names, *rest))
    places = ", ".join(["%s"] * (len(names) + len(rest)))
    ready = [_ready(fields[name]) for name in names]
    defaults = tuple(rest.values())
    question = f"INSERT INTO {quote(table._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608, SLF001
    cursor.executemany(
        question,
        [(*(put(value) if put else value for put, value in zip(ready, row, strict=True)), *defaults) for row in rows],
    )


def _ready(field: Any) -> Callable[[Any], Any] | None:
    """How a value of a column is handed to this database; None for as it is."""
    kind = (field.target_field if field.is_relation else field).get_internal_type()
    if kind == "UUIDField" and not connection.features.has_native_uuid_field:
        return lambda value: None if value is None else value.hex
    return {
        "JSONField": lambda value: orjson.dumps(value).decode(),
        "DateTimeField": connection.ops.adapt_datetimefield_value,
        "DateField": connection.ops.adapt_datefield_value,
        "DecimalField": lambda value: value if value is None else str(value),
    }.get(kind)


def generate(*, offerings: int, seed: int, at: datetime, told: Callable[[int], None] = lambda _: None) -> int:
    """Write that many programmes with one offering each; ``told`` hears how many stand after each batch."""
    draw = random.Random(seed)  # noqa: S311 - repeatable, and nobody's secret
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # keys are random, so every page of their indexes is wanted all the time
            cursor.execute("PRAGMA cache_size = -300000")
    words = _words(draw, offerings)
    providers, body = _providers(draw, words, offerings, at)
    cumulative = list(accumulate(1 / (rank + 3) for rank in range(len(providers))))
    next_version = (ProgrammeVersion.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    earlier: dict[UUID, dict[str, str]] = {}
    rows = Rows()
    for number in range(offerings):
        provider = draw.choices(providers, cum_weights=cumulative)[0]
        programme = _programme(rows, draw, words, provider, next_version + number, f"{seed}-{number}", at, earlier)
        _accreditation(rows, draw, programme, provider, body, number, at)
        if (number + 1) % BATCH == 0:
            rows.save()
            told(number + 1)
    rows.save()
    _tell_the_counter()
    return offerings


def _tell_the_counter() -> None:
    with connection.cursor() as cursor:
        for line in connection.ops.sequence_reset_sql(no_style(), [ProgrammeVersion]):
            cursor.execute(line)


def _words(draw: random.Random, many: int) -> Words:
    book = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    size = min(60_000, 2_000 + many // 10)
    names = list(dict.fromkeys("".join(draw.choices(SYLLABLES, k=draw.randint(3, 5))) for _ in range(size)))
    return Words(book, names, list(accumulate(1 / (rank + 2) for rank in range(len(names)))), _addresses(book))


def _addresses(book: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """The addresses of the file's skills in the taxonomies in use, by their English names; the first choice's first."""
    wanted = {label for subject in book["subject"] for label in subject["skills"]}
    found = Skill.objects.in_force().filter(labels__en__in=sorted(wanted)).select_related("taxonomy")
    first = sorted(found, key=lambda one: one.taxonomy.key == FIRST_CHOICE)
    return {one.labels["en"]: (one.uri, one.taxonomy.name) for one in first}


def _uuid(draw: random.Random) -> UUID:
    return UUID(int=draw.getrandbits(128), version=4)


def _drawn(draw: random.Random, shares: dict[Any, int]) -> Any:
    return draw.choices(list(shares), list(shares.values()))[0]


def _providers(draw: random.Random, words: Words, many: int, at: datetime) -> tuple[list[Organisation], Organisation]:
    count = max(3, min(many, round(PROVIDERS_AT_20_000 * (many / 20_000) ** 0.72)))
    since = at - timedelta(days=900)
    made = [
        Organisation(
            id=_uuid(draw),
            slug=f"generated-{number}",
            name=f"{words.name(draw).title()} {draw.choice(words.book['houses'])} {place} (generated {number})",
            country=draw.choice(COUNTRIES),
            locality=place,
            is_provider=number > 0,
            is_quality_body=number == 0,
            registered_at=since,
            verified_at=since,
        )
        for number, place in enumerate(draw.choices(words.book["places"], k=count + 1))
    ]
    Organisation.objects.bulk_create(made, batch_size=BATCH)
    return made[1:], made[0]


def _programme(
    rows: Rows, draw: random.Random, words: Words, provider: Organisation, version: int, name: str, at: datetime,
    earlier: dict[UUID, dict[str, str]],
) -> UUID:  # fmt: skip
    subject, language = draw.choice(words.book["subject"]), _drawn(draw, LANGUAGES)
    language = language if language in subject else "en"
    repeats = provider.pk in earlier and draw.random() < 0.023
    title = earlier[provider.pk] if repeats else _title(draw, words, subject, language)
    earlier[provider.pk] = title
    changed = at - timedelta(seconds=draw.randint(600, 700 * 86_400))
    programme = _uuid(draw)
    rows.add(Programme, programme, f"generated-{name}", provider.pk, version, SOURCE, name, changed, changed)
    _version(rows, draw, words, programme, version, title, subject, language, changed)
    for position in range(1, draw.randint(2, 4) + 1):
        skills = draw.sample(subject["skills"], 3)
        text = f"{draw.choice(words.book['verbs']).capitalize()} {skills[0]} in {draw.choice(words.book['settings'])}."
        rows.add(Outcome, version, position, {"en": text}, [words.skill(label) for label in skills])
    _offering(rows, draw, words, programme, language, at.date(), changed)
    return programme


def _title(draw: random.Random, words: Words, subject: dict[str, Any], language: str) -> dict[str, str]:
    def said(tag: str) -> str:
        frames = words.book["frames"] if tag == "en" else words.book["frames_in"].get(tag, ["{}"])
        frame = draw.choice(frames)
        title: str = frame.format(subject[tag], draw.choice(subject["skills"]))
        return title[0].upper() + title[1:] + (f" ({words.name(draw)})" if draw.random() < 0.6 else "")

    tags = ["en", language] if language != "en" and draw.random() < 0.5 else [language]
    return {tag: said(tag) for tag in tags}


def _version(
    rows: Rows, draw: random.Random, words: Words, programme: UUID, pk: int, title: dict[str, str],
    subject: dict[str, Any], language: str, changed: datetime,
) -> None:  # fmt: skip
    ects = None if draw.random() < 0.12 else draw.choice([1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 8, 10, 12, 15])
    level = _drawn(draw, LEVELS)
    rows.add(
        ProgrammeVersion, pk, programme, 1, title,
        {"en": f"Generated for measuring: {subject['en']} in {draw.choice(words.book['settings'])}."},
        {"en": _text(draw, words, subject)},
        ects, ects * draw.randint(25, 30) if ects else draw.choice([None, 8, 24, 60]),
        level, "" if level or draw.random() < 0.5 else "Outside the frameworks.",
        _drawn(draw, MODES), _drawn(draw, ASSURANCE), [language],
        subject["field"], changed, changed, changed, "micro-credential" if draw.random() < 0.7 else "listing",
        _drawn(draw, TYPES), f"{_drawn(draw, NATIONAL)} {level}" if level and draw.random() < 0.6 else "",
        {"en": "Counts towards a larger certificate."} if draw.random() < 0.3 else {},
        {"en": "Members of a library pay half."} if draw.random() < 0.15 else {},
    )  # fmt: skip


def _text(draw: random.Random, words: Words, subject: dict[str, Any]) -> str:
    """A text of 180 to 1,800 characters, as long as real ones are: 443 in the middle."""
    verbs, skills = words.book["verbs"], subject["skills"]
    wanted, said, length = min(1823, max(181, 443 * exp(draw.gauss(0, 0.65)))), [], 0
    while length < wanted:
        sentence = (
            f"You {draw.choice(verbs)} {draw.choice(skills)} with the {words.name(draw)} method in"
            f" {draw.choice(words.book['settings'])}, {draw.choice(verbs)} {words.name(draw)} cases and"
            f" {draw.choice(verbs)} {draw.choice(skills)}."
        )
        said.append(sentence)
        length += len(sentence) + 1
    return " ".join(said)


def _offering(
    rows: Rows, draw: random.Random, words: Words, programme: UUID, language: str, today: date, changed: datetime
) -> None:
    start = None if draw.random() < 0.25 else today + timedelta(days=draw.randint(-60, 300))
    chance = draw.random()
    price: Decimal | None = None
    if chance > 0.10:  # a tenth has none; then 6.6 % are free; else 295 · 3,770 · 15,220 at 10 · 50 · 90 %
        z = draw.gauss(0, 1)
        price = Decimal(0) if chance < 0.16 else Decimal(round(min(36_000, 3770 * exp(z * (1.99 if z < 0 else 1.09)))))
    rows.add(
        Offering, _uuid(draw), programme, start, start and start + timedelta(days=60),
        draw.choice(words.book["places"]), [language], price, "" if price is None else "EUR", changed,
    )  # fmt: skip


def _accreditation(
    rows: Rows, draw: random.Random, programme: UUID, provider: Organisation, body: Organisation, number: int,
    at: datetime,
) -> None:  # fmt: skip
    chance = draw.random()
    if chance > 0.09:  # 5 % have one that ran out, 4 % one in force
        return
    first = at.date() - timedelta(days=1500 if chance < 0.05 else 300)
    rows.add(
        Decision, f"generated-{number}", body.pk, provider.pk, programme, SOURCE, "1", "accredited",
        "Generated for measuring.", first, first + timedelta(days=1095), midnight(first),
    )  # fmt: skip
