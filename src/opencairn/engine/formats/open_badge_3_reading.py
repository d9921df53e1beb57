"""Open Badges 3.0: reading a credential back into what it states. Nothing here judges whether it is genuine.

Both data models are read: Verifiable Credentials 2.0, and 1.1, where the dates are ``issuanceDate`` and
``expirationDate``.
"""

from collections.abc import Callable, Iterator
from typing import Any

from opencairn.engine.canonical import contexts
from opencairn.engine.model import Attainment, Evidence, Learner, OutcomeResult, Replaced, Status

from . import fields as given
from .fields import Fields
from .open_badge_3_achievement import achievement, achievement_reader, profile, profile_or_none
from .open_badge_3_parts import GRADE, NATIONAL_ID

_INSIDE = "credentialSubject.achievement."
CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"


def read(document: Fields) -> Attainment:
    """Return what the credential states. Raises ``Malformed`` where it lacks what every Open Badge must state."""
    own, subject = carries_own_terms(document), given.one(document, "credentialSubject")
    found: dict[str, Any] = {}
    for _, part in _PARTS:
        found |= part(document, subject, own)
    return Attainment(**found)


def reader_like(document: Fields, stated: Attainment, changing: frozenset[str]) -> Callable[[Fields], Attainment]:
    """Return what reads documents that differ from this one only in what is ``changing``, as ``read`` does.

    ``changing`` holds names of the document and, as ``credentialSubject.id``, of the objects that stand in it.
    """
    if type(document["credentialSubject"]) is not dict:
        return read
    own, known = carries_own_terms(document), vars(stated)
    parts = [part for names, part in _PARTS if not names.isdisjoint(changing)]
    if _achievement in parts and type(document["credentialSubject"]["achievement"]) is dict:
        inside = frozenset(name.removeprefix(_INSIDE) for name in changing if name.startswith(_INSIDE))
        read_achievement = achievement_reader(stated.achievement, inside, own=own)
        parts[parts.index(_achievement)] = lambda _, subject, __: {
            "achievement": read_achievement(subject["achievement"])
        }

    def read_like(document: Fields) -> Attainment:
        found, subject = known.copy(), document["credentialSubject"]
        for part in parts:
            found |= part(document, subject, own)
        return Attainment(**found)

    return read_like


def carries_own_terms(document: Fields) -> bool:
    """Whether the document defines our own terms; ``canonical`` refuses every other meaning of them than ours."""
    return contexts.carries_own_terms(document.get("@context"))


def period_names(document: Fields) -> tuple[str, str]:
    """Return the names of the first and last instant of validity in the data model that the document follows."""
    is_old = given.listed(document.get("@context"))[:1] == [CREDENTIALS_V1]
    return ("issuanceDate", "expirationDate") if is_old else ("validFrom", "validUntil")


def learner_of(subject: Fields, *, own: bool) -> tuple[Learner, str]:
    """Return who the learner is, and the salt of the hashed e-mail address. Raises ``Malformed`` for nobody."""
    plain: dict[str, str] = {}
    digest = salt = ""
    for identity in given.many(subject, "identifier"):
        kind, words = given.stated(identity, "identityType"), given.text(identity, "identityHash")
        kind = "emailAddress" if kind == "email" else kind  # as badges on the data model 1.1 spell it
        if given.stated(identity, "hashed") is False and isinstance(kind, str):
            plain.setdefault(kind, words)
        elif kind == "emailAddress" and given.stated(identity, "hashed") is True and not digest:
            digest, salt = words, given.text(identity, "salt")
    ours: Fields = subject if own else {}
    learner = Learner(
        name=plain.get("name", "") or given.text(subject, "name"),
        email=plain.get("emailAddress", ""),
        id=given.text(subject, "id"),
        email_hash=digest,
        given_name=given.text(ours, "learnerGivenName"),
        family_name=given.text(ours, "learnerFamilyName"),
        born_on=given.day(ours, "learnerBornOn"),
        national_id=plain.get(NATIONAL_ID, ""),
    )
    if not (learner.id or learner.name or given.listed(subject.get("identifier"))):
        raise given.missing("identifier")
    return learner, salt


def _results(subject: Fields, what: str) -> tuple[str, tuple[OutcomeResult, ...]]:
    grade, found = "", []
    for result in given.many(subject, "result"):
        described, value = given.text(result, "resultDescription"), given.text(result, "value")
        if described == what + GRADE:
            grade = value
        else:
            found.append(
                OutcomeResult(outcome=described, passed=given.stated(result, "status") == "Completed", value=value)
            )
    return grade, tuple(found)


def _evidence(document: Fields) -> Iterator[Evidence]:
    for shown in given.many(document, "evidence"):
        yield Evidence(
            **{name: given.text(shown, name) for name in ("id", "name", "description", "narrative", "genre")}
        )


def _replaced(document: Fields) -> Replaced:
    earlier = given.one(document, "replacesCredential")
    is_renewal = given.text(earlier, "replacementKind") == "renewal"
    return Replaced(given.text(earlier, "id", needed=True), "renewal" if is_renewal else "correction")


def status_of(value: Any) -> Status | None:
    """Return the first entry where it is one of a Bitstring Status List; the status step judges every entry."""
    entry = value[0] if isinstance(value, list) and value else value
    if not isinstance(entry, dict) or given.stated(entry, "type") != "BitstringStatusListEntry":
        return None
    index, url = str(given.stated(entry, "statusListIndex")), given.stated(entry, "statusListCredential")
    purpose = given.stated(entry, "statusPurpose")
    if not isinstance(url, str) or not isinstance(purpose, str) or not (index.isascii() and index.isdigit()):
        return None
    return Status(list_url=url, index=int(index[:12]), purpose=purpose)


_Part = Callable[[Fields, Fields, bool], dict[str, Any]]  # of document, subject, and whether our own terms are believed


def _own_id(document: Fields, subject: Fields, own: bool) -> dict[str, Any]:
    return {"id": given.text(document, "id")}


def _issuer(document: Fields, subject: Fields, own: bool) -> dict[str, Any]:
    return {"issuer": profile(document, "issuer", own=own)}


def _learner(document: Fields, subject: Fields, own: bool) -> dict[str, Any]:
    learner, salt = learner_of(subject, own=own)
    return {"learner": learner, "salt": salt}


def _achievement(document: Fields, subject: Fields, own: bool) -> dict[str, Any]:
    return {"achievement": achievement(given.one(subject, "achievement"), own=own)}


def _graded(document: Fields, subject: Fields, own: bool) -> dict[str, Any]:
    grade, results = _results(subject, given.text(given.one(subject, "achievement"), "id", needed=True))
    return {"grade": grade, "results": results}


def _dated(document: Fields, subject: Fields, own: bool) -> dict[str, Any]:
    begins, ends = period_names(document)
    issued = given.as_instant(given.text(document, begins, needed=True))
    awarded = given.instant(document, "awardedDate") or issued
    return {"valid_from": issued, "valid_until": given.instant(document, ends), "awarded_on": awarded.date()}


def _status(document: Fields, subject: Fields, own: bool) -> dict[str, Any]:
    return {"status": status_of(document.get("credentialStatus"))}


def _rest(document: Fields, subject: Fields, own: bool) -> dict[str, Any]:
    ours: Fields = subject if own else {}
    return {
        "prior_learning": given.stated(ours, "priorLearning") is True,
        "awarding_body": profile_or_none(subject, "source", own=own),
        "started_on": given.day(subject, "activityStartDate"),
        "ended_on": given.day(subject, "activityEndDate"),
        "hours_spent": given.whole(ours, "hoursSpent"),
        "prior_learning_note": given.in_languages(ours, "priorLearningNote"),
        "evidence": tuple(_evidence(document)),
        "replaces": _replaced(document) if own and "replacesCredential" in document else None,
    }


def _names(*of_subject: str, beside: tuple[str, ...] = ()) -> frozenset[str]:
    return frozenset(beside).union(f"credentialSubject.{name}" for name in of_subject)


#: what is read, each with the names that it is read from, beside @context
_PARTS: tuple[tuple[frozenset[str], _Part], ...] = (
    (_names(beside=("id",)), _own_id),
    (_names(beside=("issuer",)), _issuer),
    (_names("identifier", "name", "id", "learnerGivenName", "learnerFamilyName", "learnerBornOn"), _learner),
    (_names("achievement"), _achievement),
    (_names("achievement", "result"), _graded),
    (_names(beside=("awardedDate", "validFrom", "validUntil", "issuanceDate", "expirationDate")), _dated),
    (_names(beside=("credentialStatus",)), _status),
    (
        _names(
            *("priorLearning", "source", "activityStartDate", "activityEndDate", "hoursSpent", "priorLearningNote"),
            beside=("evidence", "replacesCredential"),
        ),
        _rest,
    ),
)
