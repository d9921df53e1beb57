"""From the text of a framework file to a framework, every key checked on the way."""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from opencairn.quality.rules import (
    Appeal,
    Assessor,
    CountsAs,
    Criterion,
    Cure,
    DecisionRule,
    Fee,
    Framework,
    Grade,
    Indicator,
    SanctionRule,
    Step,
    Text,
    Track,
)

from .reader import Reader, WrongFramework

APPROACHES = ("regulatory", "advisory", "organic")
JUDGEABLE = ("provider", "programme", "module", "scheme")
OBJECTS = (*JUDGEABLE, "hybrid")
MARKS = ("pass", "partly", "fail", "unknown", "not-applicable")
ASSESSORS = ("authority", "accredited-third-party", "peers", "jury", "self")
AUDITS = ("surveillance", "interim", "review", "renewal")
MISSED = ("nothing", "stale", "suspend", "withdraw")
SANCTIONS = ("warning", "suspension", "withdrawal")
ACTS = ("publish", "fund", "issue")
JUDGED = ("standard", "indicator")
DOSSIERS = ("documents", "none")
STAYED = ("refusal", "suspension", "withdrawal")
LONGEST = 240  # months: twenty years
KEYS = [
    "key",
    "version",
    "supersedes",
    "languages",
    "approach",
    "object",
    "judged",
    "name",
    "owner",
    "levels",
    "summary",
    "based_on",
    "applies_to",
    "evidence",
    "facts",
    "tracks",
    "assessor",
    "validity_years",
    "validity_months",
    "reapply_months",
    "scale",
    "decision",
    "cycle",
    "sanctions",
    "effects",
    "needs",
    "appeal",
    "dossier",
    "fees",
    "criteria",
]


def _once(reader: Reader, key: str, keys: list[str]) -> None:
    twice = next((each for each in keys if keys.count(each) > 1), None)
    if twice:
        raise reader.wrong(key, f"{twice!r} stands there twice")


def _grade(reader: Reader) -> Grade:
    reader.only("key", "label", "mark", "points")
    return Grade(
        key=reader.name("key", longest=30),
        label=reader.text("label"),
        mark=reader.words("mark", MARKS),
        points=reader.number("points", 0, 1000, without=0),
    )


def _at_most(reader: Reader, scale: tuple[Grade, ...]) -> Mapping[str, int]:
    found = reader.data.get("at_most", {})
    if not isinstance(found, dict) or not all(type(most) is int and most >= 0 for most in found.values()):
        raise reader.wrong("at_most", "must be a table of outcome to a number")
    if found:
        Reader(reader.file, {"at_most": list(found)}, reader.at).outcomes("at_most", scale)
    return found


def _cure(reader: Reader, scale: tuple[Grade, ...]) -> Cure:
    reader.only("outcome", "months", "extensions", "at", "becomes")
    return Cure(
        outcome=reader.outcome("outcome", scale),
        months=reader.number("months", 1, LONGEST),
        extensions=reader.number("extensions", 0, 12, without=0),
        at=frozenset(reader.listing("at", ("initial", *AUDITS)) or ("initial", *AUDITS)),
        becomes=reader.outcome("becomes", scale) if "becomes" in reader.data else "",
    )


def _counts_as(reader: Reader, scale: tuple[Grade, ...], at_most: Mapping[str, int]) -> CountsAs:
    reader.only("outcome", "at_least", "as_one")
    found = CountsAs(
        outcome=reader.outcome("outcome", scale),
        at_least=reader.number("at_least", 1, 1000),
        as_one=reader.outcome("as_one", scale),
    )
    if found.as_one not in at_most:
        raise reader.wrong(
            "as_one", f"has no effect: say under decision.at_most how many {found.as_one!r} there may be"
        )
    return found


def _decision(reader: Reader, scale: tuple[Grade, ...]) -> DecisionRule:
    reader.only("mandatory_may_be", "others_may_be", "at_most", "counts_as", "cures", "least_percent")
    at_most = _at_most(reader, scale)
    percent = reader.number("least_percent", 0, 100, without=0)
    if percent and not any(grade.points for grade in scale):
        raise reader.wrong("least_percent", "needs `points` on the outcomes of the scale")
    return DecisionRule(
        mandatory_may_be=reader.outcomes("mandatory_may_be", scale),
        others_may_be=reader.outcomes("others_may_be", scale),
        at_most=at_most,
        counts_as=tuple(_counts_as(each, scale, at_most) for each in reader.tables("counts_as", needed=False)),
        least_percent=percent,
        cures=tuple(_cure(each, scale) for each in reader.tables("cures", needed=False)),
    )


def _indicator(reader: Reader, *, mandatory: bool, facts: Mapping[str, Text]) -> Indicator:
    reader.only("key", "text", "mandatory", "only_if")
    only_if = frozenset(reader.listing("only_if", facts or ("facts (none are listed)",)))
    return Indicator(
        text=reader.text("text"),
        key=reader.name("key"),
        mandatory=reader.switch("mandatory", without=mandatory and not only_if),
        only_if=only_if,
    )


def _criterion(reader: Reader, *, judged: str, facts: Mapping[str, Text]) -> Criterion:
    reader.only("key", "title", "why", "indicators", "documents", "mandatory", "only_if")
    mandatory = reader.switch("mandatory")
    if judged == "indicator":
        tables = reader.tables("indicators")
        indicators = tuple(_indicator(each, mandatory=mandatory, facts=facts) for each in tables)
    else:
        indicators = tuple(Indicator(each) for each in reader.texts("indicators"))
    return Criterion(
        key=reader.name("key"),
        title=reader.text("title"),
        why=reader.text("why"),
        indicators=indicators,
        documents=reader.texts("documents"),
        mandatory=mandatory,
        only_if=frozenset(reader.listing("only_if", facts or ("facts (none are listed)",))),
    )


def _assessor(reader: Reader) -> Assessor:
    reader.only("kind", "least", "free_years", "chain")
    return Assessor(
        kind=reader.words("kind", ASSESSORS),
        least=reader.number("least", 1, 50, without=0),
        free_years=reader.number("free_years", 0, 20, without=0),
        chain=reader.texts("chain", needed=False),
    )


def _track(reader: Reader, facts: Mapping[str, Text]) -> Track:
    reader.only("key", "title", "object", "only_if")
    return Track(
        key=reader.name("key"),
        title=reader.text("title"),
        object=reader.words("object", JUDGEABLE),
        only_if=frozenset(reader.listing("only_if", facts or ("facts (none are listed)",))),
    )


def _tracks(reader: Reader, facts: Mapping[str, Text]) -> tuple[Track, ...]:
    """The ways of a hybrid framework: two at least, and only a hybrid has them."""
    tracks = tuple(_track(each, facts) for each in reader.tables("tracks", needed=False))
    hybrid = reader.words("object", OBJECTS) == "hybrid"
    if hybrid and len(tracks) < 2:
        raise reader.wrong("tracks", "a hybrid framework needs two ways or more: add [[tracks]]")
    if tracks and not hybrid:
        raise reader.wrong("tracks", 'only a hybrid framework has several ways: write object = "hybrid"')
    _once(reader, "tracks", [track.key for track in tracks])
    return tracks


def _step(reader: Reader, longest: int) -> Step:
    """One audit. ``after_months = [14, 22]`` counts from the first day, ``before_end_months = [6, 0]`` from the end."""
    reader.only("kind", "after_months", "before_end_months", "missed")
    named = [each for each in ("after_months", "before_end_months") if each in reader.data]
    if len(named) != 1:
        raise reader.wrong("after_months", "say when: either after_months or before_end_months, two numbers")
    pair = reader.data[named[0]]
    whole = isinstance(pair, list) and len(pair) == 2 and all(type(each) is int and each >= 0 for each in pair)
    if not whole or pair != sorted(pair, reverse=named[0] != "after_months") or max(pair) > longest:
        order = "the earlier first" if named[0] == "after_months" else "the longer time before the end first"
        raise reader.wrong(named[0], f"must be two whole numbers of months within the validity, {order}")
    return Step(
        kind=reader.words("kind", AUDITS),
        counted="after-start" if named[0] == "after_months" else "before-end",
        from_month=pair[0],
        to_month=pair[1],
        missed=reader.words("missed", MISSED),
    )


def _sanction(reader: Reader) -> SanctionRule:
    reader.only("kind", "when", "months")
    return SanctionRule(
        kind=reader.words("kind", SANCTIONS),
        when=reader.text("when"),
        months=reader.number("months", 1, LONGEST, without=0),
    )


def _appeal(reader: Reader) -> Appeal:
    """The right to appeal: thirty days, and no stay, where the file says nothing."""
    if "appeal" not in reader.data:
        return Appeal()
    rule = reader.table("appeal")
    rule.only("days", "stays")
    return Appeal(days=rule.number("days", 0, 365), stays=frozenset(rule.listing("stays", STAYED)))


def _fee(reader: Reader) -> Fee:
    reader.only("what", "up_to", "amount", "currency")
    amount = reader.words("amount", without="")
    try:
        fine = not amount or (Decimal(amount).is_finite() and Decimal(amount) >= 0)
    except InvalidOperation:
        fine = False
    if not fine:
        raise reader.wrong("amount", 'must be a sum as a string, such as "1200.00"')
    currency = reader.words("currency", without="")
    if bool(amount) != bool(re.fullmatch("[A-Z]{3}", currency)):
        raise reader.wrong("currency", 'an amount needs a currency of three letters, such as "EUR", and only an amount')
    up_to = reader.number("up_to", 1, 10**9) if "up_to" in reader.data else None
    return Fee(what=reader.text("what"), up_to=up_to, amount=amount, currency=currency)


def _validity(reader: Reader) -> int:
    """The longest a decision may last, in months."""
    named = [each for each in ("validity_years", "validity_months") if each in reader.data]
    if len(named) > 1:
        raise reader.wrong("validity_months", "say it once: either validity_years or validity_months")
    if named == ["validity_months"]:
        return reader.number("validity_months", 1, LONGEST)
    return 12 * reader.number("validity_years", 1, LONGEST // 12)


def _effects(reader: Reader, approach: str) -> frozenset[str]:
    if "effects" not in reader.data:
        raise reader.wrong("effects", "must be a list of what it blocks: publish, fund, issue; [] for nothing")
    effects = reader.listing("effects", ACTS)
    if effects and approach != "regulatory":
        raise reader.wrong("effects", "must be []: only a regulatory framework blocks anything")
    return frozenset(effects)


def _languages(data: Reader) -> tuple[str, ...]:
    languages = data.listing("languages")
    if "en" not in languages:
        raise data.wrong("languages", 'must be a list of languages with "en" among them')
    return languages


def _levels(reader: Reader) -> tuple[int, ...]:
    found = reader.data.get("levels", [])
    if not isinstance(found, list) or not all(type(each) is int and 1 <= each <= 8 for each in found):
        raise reader.wrong("levels", "must be a list of levels of the EQF, 1 to 8, such as [4, 5]")
    return tuple(sorted(set(found)))


def _facts(reader: Reader) -> Mapping[str, Text]:
    found = reader.data.get("facts")
    if found is None:
        return {}
    facts = reader.table("facts")
    return {key: facts.text(key) for key in found}


def read(words: str, *, file: str) -> Framework:
    """Read a framework from TOML. Raises WrongFramework with file and key."""
    try:
        data = tomllib.loads(words)
    except tomllib.TOMLDecodeError as error:
        raise WrongFramework(f"{file}: not TOML: {error}") from error
    reader = Reader(file, data, languages=_languages(Reader(file, data)))
    reader.only(*KEYS)
    scale = tuple(_grade(each) for each in reader.tables("scale"))
    facts, judged = _facts(reader), reader.words("judged", JUDGED, without="standard")
    criteria = tuple(_criterion(each, judged=judged, facts=facts) for each in reader.tables("criteria"))
    approach, months = reader.words("approach", APPROACHES), _validity(reader)
    found = Framework(
        key=reader.name("key"),
        version=reader.name("version", longest=20),
        name=reader.text("name"),
        summary=reader.text("summary"),
        based_on=reader.text("based_on") if "based_on" in data else {},
        owner=reader.text("owner") if "owner" in data else None,
        levels=_levels(reader),
        approach=approach,
        object=reader.words("object", OBJECTS),
        languages=reader.languages,
        supersedes=reader.listing("supersedes"),
        applies_to=reader.text("applies_to"),
        evidence=reader.text("evidence"),
        facts=facts,
        tracks=_tracks(reader, facts),
        assessor=_assessor(reader.table("assessor")),
        validity_months=months,
        reapply_months=reader.number("reapply_months", 0, LONGEST, without=0),
        scale=scale,
        decision=_decision(reader.table("decision"), scale),
        cycle=tuple(_step(each, months) for each in reader.tables("cycle", needed=False)),
        sanctions=tuple(_sanction(each) for each in reader.tables("sanctions", needed=False)),
        effects=_effects(reader, approach),
        dossier=reader.words("dossier", DOSSIERS, without="documents"),
        appeal=_appeal(reader),
        needs=frozenset(reader.listing("needs", JUDGEABLE)),
        fees=tuple(_fee(each) for each in reader.tables("fees", needed=False)),
        judged=judged,
        criteria=criteria,
    )
    _once(reader, "scale", [grade.key for grade in scale])
    _once(reader, "criteria", [each.key for each in criteria])
    _once(reader, "criteria", [each.key for each in found.questions])
    return found
