"""The further steps of a verification: log, awarding body, endorsements, a newer credential.

They stand beside those of ``verify``, and none changes the verdict. What the caller's own records say comes first;
what they do not say is read from the document and from what it names, as far as a stranger can know. Only endorsements
are always read: a carried one that is not genuine is told, whatever the records say.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from opencairn.kit.fetch import CannotFetch

from .canonical.strict_json import shown
from .did import Fetch
from .formats import open_badge_3_endorsement as endorsement_format
from .objections import Objection
from .opening import Credential, listed, open_credential
from .reader import once
from .report import GENUINENESS, STEPS, Report, Step, StepOutcome
from .status import bitstring
from .status.genuine import Asked
from .trust import Answer
from .verify import examine

ABOUT_TRUST = frozenset(STEPS) - frozenset(GENUINENESS)
FURTHER = ("log-inclusion", "awarding-body", "endorsements", "superseded-by")
MOST_ENDORSEMENTS = 8
_Find = Callable[[Credential, datetime, Fetch | None], Answer]


def further(
    report: Report, credential: Credential | None, *, at: datetime, fetch: Fetch | None, told: Mapping[str, Answer]
) -> Report:
    """Return the report with the further steps. ``told`` is what the caller's records answer, by the step's name.

    Of the earlier steps it may answer those about trust, where ``verify`` found nothing that could be asked about.
    """
    signature = report.step("signature")
    if report.verdict == "not-a-credential":
        steps = _all("not-applicable", "There is no credential to check.", "no-credential")
    elif signature is None or signature.outcome != "pass":
        steps = _all("unknown", "It was not looked up, because the signature did not hold.", "not-reached")
    elif credential is None:
        steps = _all("not-applicable", "Documents of this kind say nothing about it.", "older-kind")
    else:
        look_up = once(fetch) if fetch else None
        answers = {name: told.get(name) or find(credential, at, look_up) for name, find in _FINDERS.items()}
        if "endorsements" in told:  # whoever is registered as vouching for it, a forged one that it carries still tells
            carried = _endorsements(credential, at, look_up)
            answers |= {"endorsements": carried} if carried.outcome == "fail" else {}
        steps = tuple(_step(name, each) for name, each in answers.items())
    first = (
        _step(each.name, told[each.name]) if each.name in ABOUT_TRUST & told.keys() else each for each in report.steps
    )
    return replace(report, steps=(*first, *steps))


def _step(name: str, answer: Answer) -> Step:
    return Step(name, answer.outcome, answer.why, answer.code, answer.facts)


def _all(outcome: StepOutcome, why: str, code: str) -> tuple[Step, ...]:
    return tuple(Step(name, outcome, why, code) for name in FURTHER)


def _log(credential: Credential, at: datetime, fetch: Fetch | None) -> Answer:
    return Answer("unknown", "No transparency log was asked.", "log-not-asked")


def _awarding_body(credential: Credential, at: datetime, fetch: Fetch | None) -> Answer:
    """Whether somebody else than the issuer is named as who awarded it: that is then the issuer's word alone."""
    what = credential.attainment
    if what is None:
        return Answer("not-applicable", "It is not a badge for a learning achievement.", "not-a-badge")
    body = what.awarding_body
    if body is None or body.id == credential.issuer:
        return Answer("not-applicable", "It names no other awarding body than its issuer.", "awarding-body-itself")
    name = shown(body.name or body.id)
    why = f"It says that {name} awarded it. Only its issuer says so here."
    return Answer("unknown", why, "awarding-body-unknown", (("name", name),))


def _endorsements(credential: Credential, at: datetime, fetch: Fetch | None) -> Answer:
    """Whether the endorsements that it carries are genuine, and by others than the issuer."""
    carried = list(_carried(credential.document))
    if not carried:
        return Answer("not-applicable", "It carries no endorsement.", "endorsements-none")
    judged = [_judged(each, of, credential.issuer, at, fetch) for each, of in carried[:MOST_ENDORSEMENTS]]
    names = [name for outcome, name in judged if outcome == "pass"]
    facts = (("count", str(len(names))), ("names", "; ".join(names)), ("all", str(len(carried))))
    if any(outcome == "fail" for outcome, _name in judged):
        return Answer("fail", "An endorsement that it carries is not genuine.", "endorsements-broken", facts)
    if len(names) < len(carried):
        return Answer("unknown", "Not every endorsement that it carries could be checked.", "endorsements-open", facts)
    why = f"It carries {len(names)} genuine endorsements, signed by keys of: {facts[1][1]}."
    return Answer("pass", why, "endorsements-carried", facts)


def _carried(document: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    """Yield each endorsement with the identifier of what carries it: the credential, its issuer, what was achieved."""
    subjects = [each for each in listed(document.get("credentialSubject")) if isinstance(each, dict)]
    parts = [document, document.get("issuer"), *(each.get("achievement") for each in subjects)]
    for part in parts:
        if isinstance(part, dict):
            for name in ("endorsement", "endorsementJwt"):
                for each in listed(part.get(name)):
                    yield each, str(part.get("id", ""))


def _judged(carried: Any, of: str, issuer: str, at: datetime, fetch: Fetch | None) -> tuple[StepOutcome, str]:
    """Return whether an endorsement is genuine and of what carries it, and by whom. One's own praise proves nothing."""
    text = carried if isinstance(carried, str) else json.dumps(carried)
    report = examine(text.encode("utf-8", "replace"), at=at, fetch=fetch, trust=None)
    if report.verdict in ("unknown", "unsupported"):
        return "unknown", ""
    try:
        if report.verdict != "valid":
            return "fail", ""
        opened = open_credential(text)
        said = endorsement_format.read(opened.document) if endorsement_format.recognises(opened.document) else None
    except Objection:
        return "fail", ""
    if said is None or said.endorsed != of or opened.issuer == issuer:
        return "fail", ""
    return "pass", shown(said.issuer.name or opened.issuer)


def _superseded(credential: Credential, at: datetime, fetch: Fetch | None) -> Answer:
    """Whether the issuer's own signed status list names a newer credential in its place."""
    silent = Answer(
        "not-applicable", "Nothing that can be read says that a newer one took its place.", "newer-not-told"
    )
    if fetch is None:
        return silent
    for entry in listed(credential.document.get("credentialStatus")):
        if isinstance(entry, dict) and bitstring.accepts(entry) and (found := _named(credential, entry, at, fetch)):
            return newer(*found)
    return silent


def newer(by: str, kind: str, *more: tuple[str, str]) -> Answer:
    """Return that a newer credential took the place of this one: after a correction it fails, after a renewal not."""
    facts = (("by", by), *more)
    if kind == "renewal":
        return Answer("pass", f"It was renewed: {by} goes on where this one ends.", "renewed-by", facts)
    return Answer("fail", f"It was corrected: {by} took its place.", "corrected-by", facts)


def _named(credential: Credential, entry: Mapping[str, Any], at: datetime, fetch: Fetch) -> tuple[str, str] | None:
    url = bitstring.address(entry)
    if not isinstance(url, str):
        return None
    try:
        data = fetch(url)
        if b"replacedEntry" not in data:
            return None
        subject = bitstring.opened(data, Asked(credential, url, at, fetch))
        return bitstring.replacement(subject, bitstring.index_of(entry))
    except (CannotFetch, Objection):
        return None


_FINDERS: Mapping[str, _Find] = {
    "log-inclusion": _log,
    "awarding-body": _awarding_body,
    "endorsements": _endorsements,
    "superseded-by": _superseded,
}
