"""The European Learning Model v3: reading a European Digital Credential back into what it states, of any issuer.

Nothing here judges whether it is genuine. Of several achievements the first is read. What an issuing tool of the EU
made is read as well as our own, except that what only our terms can say is then not stated.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import unquote

from opencairn.engine.canonical.contexts import OWN_NAMESPACE
from opencairn.engine.canonical.plainly import plainly
from opencairn.engine.model import Attainment, Evidence, Learner, OutcomeResult, Status

from .elm_qualification import achievement, by_scheme, note_about, organisation
from .elm_values import Fields, code, day, first, identity, instant, many, missing, plain, string, whole_hours
from .elm_vocabulary import code_of

TYPES = ("EuropeanDigitalCredential",)
_ENTRY = "BitstringStatusListEntry"
_INDEX = re.compile(r"[0-9]{1,12}")
_PLACE = re.compile(r"(?:([a-z]{1,40})-)?([0-9]{1,12})")


def read(document: Fields) -> Attainment:
    """Return what the credential states, whichever of its spellings JSON-LD allows it has.

    Raises ``Malformed`` where it lacks what every credential must state.
    """
    document = plainly(document)
    subject, issuer = first(document, "credentialSubject"), first(document, "issuer")
    claim, starts = _claim(subject), instant(document, "validFrom")
    if not string(issuer, "id"):
        raise missing("issuer")
    if starts is None:
        raise missing("validFrom")
    learner, salt = _learner(subject)
    process, activity = first(claim, "awardedBy"), first(claim, "influencedBy")
    period = first(activity, "temporal")
    body, sealed = first(process, "awardingBody"), organisation(issuer)
    awarded_by = organisation(body) if body and string(body, "id") != sealed.id else None
    grade, results = _results(claim)
    return Attainment(
        id=string(document, "id"),
        issuer=sealed,
        learner=learner,
        achievement=achievement(document, claim),
        awarded_on=_awarded_on(document, process),
        valid_from=starts,
        valid_until=instant(document, "validUntil") or instant(document, "expirationDate"),
        results=results,
        grade=grade,
        prior_learning=any(code_of("claim", string(each, "id")) == "prior-learning" for each in many(claim, "dcType")),
        status=_status(document),
        salt=salt,
        awarding_body=awarded_by,
        started_on=day(period, "startDate"),
        ended_on=day(period, "endDate"),
        hours_spent=whole_hours(activity, "workload"),
        prior_learning_note=note_about(claim, "prior-learning-note"),
        evidence=_evidence(claim),
    )


def _awarded_on(document: Fields, process: Fields) -> date:
    """Return the day of the award, else of the issuing, else the first day of validity, which must be stated."""
    stated = ((process, "awardingDate"), (document, "issued"), (document, "issuanceDate"), (document, "validFrom"))
    return next(found for fields, name in stated if (found := day(fields, name)))


def status_entries(document: Fields) -> list[Mapping[str, Any]]:
    """Return the entries of status lists as objects: the profile's ``list#purpose-place`` too is made into one.

    What is neither is returned as it stands, or as an object that says nothing, so that no check takes it for "none".
    """
    value = document.get("credentialStatus", [])
    return [_entry(each) for each in (value if isinstance(value, list) else [value])]


def _entry(value: Any) -> Mapping[str, Any]:
    words = value.get("@value") if isinstance(value, dict) else value
    url, _hash, end = words.rpartition("#") if isinstance(words, str) else ("", "", "")
    place = _PLACE.fullmatch(end)
    if not url or place is None:
        return value if isinstance(value, dict) else {}
    return {
        "id": words,
        "type": _ENTRY,
        "statusPurpose": place[1] or "revocation",
        "statusListIndex": place[2],
        "statusListCredential": url,
    }


def _status(document: Fields) -> Status | None:
    """Return the first entry, where it is one of a Bitstring Status List; ``checks`` judges every entry."""
    entry = next(iter(status_entries(document)), {})
    if entry.get("type") != _ENTRY:
        return None
    stated = (entry.get("statusListCredential"), entry.get("statusPurpose"), entry.get("statusListIndex"))
    url, purpose, place = (each if isinstance(each, str) else "" for each in stated)
    found = url and purpose and _INDEX.fullmatch(place)
    return Status(list_url=url, index=int(place), purpose=purpose) if found else None


def _claim(subject: Fields) -> Fields:
    claims = many(subject, "hasClaim")
    achieved = [each for each in claims if each.get("type") in ("LearningAchievement", ["LearningAchievement"])]
    if not claims:
        raise missing("hasClaim")
    return (achieved or claims)[0]


def _learner(subject: Fields) -> tuple[Learner, str]:
    """Return the learner, and the salt of the hashed e-mail. A name that the document made up is no id."""
    given, family = plain(subject, "givenName"), plain(subject, "familyName")
    mail = string(first(first(subject, "contactPoint"), "emailAddress"), "id")
    learner = Learner(
        name=plain(subject, "fullName") or f"{given} {family}".strip(),
        email=unquote(mail.removeprefix("mailto:")),
        id="" if string(subject, "id").startswith("urn:epass:") else identity(subject),
        email_hash=by_scheme(subject, "email-hash"),
        given_name=given,
        family_name=family,
        born_on=day(subject, "dateOfBirth"),
        national_id=string(first(subject, "nationalID"), "notation"),
    )
    return learner, by_scheme(subject, "salt")


def _results(claim: Fields) -> tuple[str, tuple[OutcomeResult, ...]]:
    """Return the grade for the whole, and what our own credentials say for each outcome."""
    grade, found = "", []
    for assessment in many(claim, "provenBy"):
        outcome, value = by_scheme(assessment, "outcome"), _grade(first(assessment, "grade"))
        if outcome:
            passed = code("result", first(assessment, "gradeStatus")) == "passed"
            found.append(OutcomeResult(outcome=outcome, passed=passed, value=value))
        else:
            grade = grade or value
    return grade, tuple(found)


def _grade(note: Fields) -> str:
    """Return the words of a grade, "" where we wrote it because the model demands one."""
    about = string(first(note, "subject"), "id")
    return "" if code_of("result", about) else plain(note, "noteLiteral")


def _evidence(claim: Fields) -> tuple[Evidence, ...]:
    shown = [
        _one_evidence(
            each, id_=string(each, "contentURL"), narrative=plain(first(each, "additionalNote"), "noteLiteral")
        )
        for each in many(claim, "supplementaryDocument")
    ]
    about = f"{OWN_NAMESPACE}note:evidence"
    told = [
        _one_evidence(each, id_="", narrative=plain(each, "noteLiteral"))
        for each in many(claim, "additionalNote")
        if string(first(each, "subject"), "id") == about
    ]
    return (*shown, *told)


def _one_evidence(fields: Fields, *, id_: str, narrative: str) -> Evidence:
    return Evidence(
        id=id_,
        name=plain(fields, "title"),
        description=plain(fields, "description"),
        narrative=narrative,
        genre=code("genre", first(fields, "dcType")),
    )
