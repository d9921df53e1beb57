"""Makes any number of invented programmes that are spread as real ones are: for trying and measuring at scale.

Calibrated on two open catalogues (New Jersey's list of eligible training providers, 1,110 programmes, MIT; published
statistics of 5,411 online courses): prices, length of texts, programmes for each provider, repeats. The same seed and
day give the same rows. Every row is marked: ``source`` is ``generated``, and each name says so.
"""

import random
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from math import exp
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model

from opencairn.kit.dates import midnight
from opencairn.people.models import Organisation
from opencairn.programmes.models import Offering, Outcome, Programme, ProgrammeVersion
from opencairn.quality.models import Decision

SOURCE = "generated"
BATCH = 5000
PROVIDERS_AT_20_000 = 300
COUNTRIES = ("DE", "FR", "ES", "IT", "PL", "FI", "IE", "NL", "SE", "PT", "CZ", "GR", "BG", "AT", "HU", "LT")
LANGUAGES = {"en": 50, "de": 16, "fr": 12, "es": 10, "pl": 4, "it": 4, "fi": 2, "el": 1, "bg": 1, "ja": 1}
MODES = {"online": 45, "blended": 25, "onsite": 20, "workbased": 2, "": 8}
ASSURANCE = {"external-programme": 20, "external-institution": 20, "internal": 35, "none": 5, "": 20}
LEVELS = {None: 20, 3: 5, 4: 20, 5: 25, 6: 20, 7: 9, 8: 1}
SYLLABLES = "ba be bri ca cor da del du el fa fen ga gor hal in jor ka kel la lin lo ma mer na nor o pa pel qui ra ren sa sol ta tor u va ven wil xa yl za zor".split()  # noqa: SIM905, E501


@dataclass
class Words:
    """The words of the file, and a long tail of invented names as every real vocabulary has one."""

    book: dict[str, Any]
    names: Sequence[str]
    weights: Sequence[float]

    def name(self, draw: random.Random) -> str:
        """Draw a name; the first are common, the last hardly ever come up (Zipf)."""
        return draw.choices(self.names, cum_weights=self.weights)[0]


@dataclass
class Rows:
    """Rows on their way into the database, in the order they have to go."""

    programmes: list[Programme]
    versions: list[ProgrammeVersion]
    outcomes: list[Outcome]
    offerings: list[Offering]
    decisions: list[Decision]

    def save(self) -> None:
        """Write them in one transaction: a programme and its version in force name each other."""
        with transaction.atomic():
            for rows in (self.programmes, self.versions, self.outcomes, self.offerings, self.decisions):
                if rows:
                    table: type[Model] = type(rows[0])
                    table._default_manager.bulk_create(rows, batch_size=BATCH)  # noqa: SLF001


def generate(*, offerings: int, seed: int, at: datetime, told: Callable[[int], None] = lambda _: None) -> int:
    """Write that many programmes with one offering each; ``told`` hears how many stand after each batch."""
    draw = random.Random(seed)  # noqa: S311 - repeatable, and nobody's secret
    words = _words(draw, offerings)
    providers, body = _providers(draw, words, offerings, at)
    cumulative = list(accumulate(1 / (rank + 3) for rank in range(len(providers))))
    next_version = (ProgrammeVersion.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    earlier: dict[UUID, dict[str, str]] = {}
    rows = Rows([], [], [], [], [])
    for number in range(offerings):
        provider = draw.choices(providers, cum_weights=cumulative)[0]
        _programme(rows, draw, words, provider, next_version + number, f"{seed}-{number}", at, earlier)
        _accreditation(rows, draw, rows.programmes[-1], body, number, at)
        if len(rows.programmes) == BATCH:
            rows.save()
            told(number + 1)
            rows = Rows([], [], [], [], [])
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
    return Words(book, names, list(accumulate(1 / (rank + 2) for rank in range(len(names)))))


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
) -> None:  # fmt: skip
    subject, language = draw.choice(words.book["subject"]), _drawn(draw, LANGUAGES)
    language = language if language in subject else "en"
    repeats = provider.pk in earlier and draw.random() < 0.023
    title = earlier[provider.pk] if repeats else _title(draw, words, subject, language)
    earlier[provider.pk] = title
    changed = at - timedelta(seconds=draw.randint(600, 700 * 86_400))
    programme = Programme(
        id=_uuid(draw), slug=f"generated-{name}", provider=provider, current_id=version, source=SOURCE,
        source_id=name, created_at=changed, changed_at=changed,
    )  # fmt: skip
    rows.programmes.append(programme)
    rows.versions.append(_version(draw, words, programme, version, title, subject, language, changed))
    for position in range(1, draw.randint(2, 4) + 1):
        skills = draw.sample(subject["skills"], 3)
        text = f"{draw.choice(words.book['verbs']).capitalize()} {skills[0]} in {draw.choice(words.book['settings'])}."
        labels = [{"uri": "", "label": label, "framework": SOURCE} for label in skills]
        rows.outcomes.append(Outcome(version_id=version, position=position, text={"en": text}, skills=labels))
    rows.offerings.append(_offering(draw, words, programme, language, at.date(), changed))


def _title(draw: random.Random, words: Words, subject: dict[str, Any], language: str) -> dict[str, str]:
    def said(tag: str) -> str:
        frames = words.book["frames"] if tag == "en" else words.book["frames_in"].get(tag, ["{}"])
        frame = draw.choice(frames)
        title: str = frame.format(subject[tag], draw.choice(subject["skills"]))
        return title[0].upper() + title[1:] + (f" ({words.name(draw)})" if draw.random() < 0.6 else "")

    tags = ["en", language] if language != "en" and draw.random() < 0.5 else [language]
    return {tag: said(tag) for tag in tags}


def _version(
    draw: random.Random, words: Words, programme: Programme, pk: int, title: dict[str, str], subject: dict[str, Any],
    language: str, changed: datetime,
) -> ProgrammeVersion:  # fmt: skip
    ects = None if draw.random() < 0.12 else Decimal(draw.choice([1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 8, 10, 12, 15]))
    level = _drawn(draw, LEVELS)
    complete = draw.random() < 0.7
    return ProgrammeVersion(
        id=pk, programme=programme, number=1, title=title,
        summary={"en": f"Generated for measuring: {subject['en']} in {draw.choice(words.book['settings'])}."},
        description={"en": _text(draw, words, subject)},
        ects=ects, hours=int(ects * draw.randint(25, 30)) if ects else draw.choice([None, 8, 24, 60]),
        eqf_level=level, level_not_applicable="" if level or draw.random() < 0.5 else "Outside the frameworks.",
        participation=_drawn(draw, MODES), quality_assurance=_drawn(draw, ASSURANCE), languages=[language],
        field_code=subject["field"], created_at=changed, edited_at=changed, published_at=changed,
        published_as="micro-credential" if complete else "listing",
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
    draw: random.Random, words: Words, programme: Programme, language: str, today: date, changed: datetime
) -> Offering:
    start = None if draw.random() < 0.25 else today + timedelta(days=draw.randint(-60, 300))
    chance = draw.random()
    price: Decimal | None = None
    if chance > 0.10:  # a tenth has none; then 6.6 % are free; else 295 · 3,770 · 15,220 at 10 · 50 · 90 %
        z = draw.gauss(0, 1)
        price = Decimal(0) if chance < 0.16 else Decimal(round(min(36_000, 3770 * exp(z * (1.99 if z < 0 else 1.09)))))
    return Offering(
        id=_uuid(draw), programme=programme, starts_on=start, ends_on=start and start + timedelta(days=60),
        place=draw.choice(words.book["places"]), languages=[language], price=price,
        currency="" if price is None else "EUR", created_at=changed,
    )  # fmt: skip


def _accreditation(
    rows: Rows, draw: random.Random, programme: Programme, body: Organisation, number: int, at: datetime
) -> None:
    chance = draw.random()
    if chance > 0.09:  # 5 % have one that ran out, 4 % one in force
        return
    first = at.date() - timedelta(days=1500 if chance < 0.05 else 300)
    rows.decisions.append(
        Decision(
            number=f"generated-{number}", quality_body=body, provider=programme.provider, programme=programme,
            framework=SOURCE, framework_version="1", verdict="accredited", reasons="Generated for measuring.",
            first_on=first, last_on=first + timedelta(days=1095), decided_at=midnight(first),
        )
    )  # fmt: skip
